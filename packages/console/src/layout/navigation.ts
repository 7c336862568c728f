// Where one can go: the order and the words of the menu.

import type { IconName } from "./icons.tsx";

/** A place in the menu. */
export interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  /** Only this very path is the place, not what is below it. */
  readonly isExact?: boolean;
  /** The administration has the same for more: left out for those who see that. */
  readonly isAlsoInAdministration?: boolean;
}

/** One's own account. */
export const accountPlaces: readonly Place[] = [
  { to: "/account", label: "Profile", icon: "person", isExact: true },
  { to: "/account/security", label: "Sign-in and security", icon: "shield" },
  { to: "/account/devices", label: "Devices", icon: "device" },
  { to: "/account/activity", label: "Activity", icon: "activity" },
  {
    to: "/account/inspector",
    label: "Token inspector",
    icon: "lens",
    isAlsoInAdministration: true,
  },
  { to: "/account/data", label: "Your data", icon: "box" },
];

/** The administration. */
export const adminPlaces: readonly Place[] = [
  { to: "/admin", label: "Dashboard", icon: "plot", isExact: true },
  { to: "/admin/users", label: "Users", icon: "people" },
  { to: "/admin/roles", label: "Roles", icon: "tag" },
  { to: "/admin/clients", label: "Clients", icon: "plug" },
  { to: "/admin/inspector", label: "Token inspector", icon: "lens" },
  { to: "/admin/revocations", label: "Revocations", icon: "ban" },
  { to: "/admin/keys", label: "Keys", icon: "key" },
  { to: "/admin/audit", label: "Audit log", icon: "list" },
  { to: "/admin/mail", label: "Mail", icon: "mail" },
  { to: "/admin/settings", label: "Settings", icon: "sliders" },
];
