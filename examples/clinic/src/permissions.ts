// The permissions that this clinic understands. Latchkey's roles group them; the clinic asks for
// permissions only, so that a new role needs no change here.

/** A doctor opens a calendar and reads the appointments in it. */
export const READ_OWN_CALENDAR = "appointments:read-own-calendar";

/** The front desk reads every appointment. */
export const READ_ANY = "appointments:read-any";

/** The front desk cancels every appointment. */
export const CANCEL_ANY = "appointments:cancel-any";
