// The pages by path. The profile comes with the first load; every other page is loaded when
// somebody goes there.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ProfilePage } from "./account/profile-page.tsx";
import { Shell } from "./layout/shell.tsx";
import { NotFound, PageFailure, PagePending } from "./layout/whole-page.tsx";
import { AdministratorsOnly } from "./session/administrators-only.tsx";
import { base } from "./session/base.ts";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const account = <Path extends string>(
  path: Path,
  component: ReturnType<typeof lazyRouteComponent>,
) => createRoute({ getParentRoute: () => root, path, component });

const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  component: AdministratorsOnly,
});
const administration = <Path extends string>(
  path: Path,
  component: ReturnType<typeof lazyRouteComponent>,
) => createRoute({ getParentRoute: () => admin, path, component });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/account" });
  },
});

const routes = root.addChildren([
  home,
  createRoute({ getParentRoute: () => root, path: "/account", component: ProfilePage }),
  account(
    "/account/security",
    lazyRouteComponent(() => import("./account/security-page.tsx"), "SecurityPage"),
  ),
  account(
    "/account/devices",
    lazyRouteComponent(() => import("./account/devices-page.tsx"), "DevicesPage"),
  ),
  account(
    "/account/activity",
    lazyRouteComponent(() => import("./account/activity-page.tsx"), "ActivityPage"),
  ),
  account(
    "/account/data",
    lazyRouteComponent(() => import("./account/data-page.tsx"), "DataPage"),
  ),
  account(
    "/account/inspector",
    lazyRouteComponent(() => import("./inspector/inspector-page.tsx"), "OwnInspectorPage"),
  ),
  admin.addChildren([
    administration(
      "/",
      lazyRouteComponent(() => import("./admin/dashboard-page.tsx"), "DashboardPage"),
    ),
    administration(
      "/users",
      lazyRouteComponent(() => import("./admin/users-page.tsx"), "UsersPage"),
    ),
    administration(
      "/users/$id",
      lazyRouteComponent(() => import("./admin/user-page.tsx"), "UserPage"),
    ),
    administration(
      "/roles",
      lazyRouteComponent(() => import("./admin/roles-page.tsx"), "RolesPage"),
    ),
    administration(
      "/clients",
      lazyRouteComponent(() => import("./admin/clients-page.tsx"), "ClientsPage"),
    ),
    administration(
      "/inspector",
      lazyRouteComponent(() => import("./inspector/inspector-page.tsx"), "InspectorPage"),
    ),
    administration(
      "/revocations",
      lazyRouteComponent(() => import("./admin/revocations-page.tsx"), "RevocationsPage"),
    ),
    administration(
      "/keys",
      lazyRouteComponent(() => import("./admin/keys-page.tsx"), "KeysPage"),
    ),
    administration(
      "/audit",
      lazyRouteComponent(() => import("./admin/audit-page.tsx"), "AuditPage"),
    ),
    administration(
      "/mail",
      lazyRouteComponent(() => import("./admin/mail-page.tsx"), "MailPage"),
    ),
    administration(
      "/settings",
      lazyRouteComponent(() => import("./admin/settings-page.tsx"), "SettingsPage"),
    ),
  ]),
]);

/** The router. */
export const router = createRouter({
  routeTree: routes,
  basepath: base === "" ? "/" : base,
  defaultPreload: "intent",
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFailure,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
