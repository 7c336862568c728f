// Signs in with a passkey: asks the server for the options, the browser for the assertion, and sends
// it with the form it belongs to. Without it, the pages offer the other ways.
