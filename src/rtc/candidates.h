/* SPDX-License-Identifier: EUPL-1.2
 *
 * candidates: where browsers are told to send (RFC 8445 5.1.1.1, host candidates, one component).
 * Pure but for a look at the machine's addresses; any thread.
 */
#pragma once

#include <glib.h>

/* The a=candidate lines (each with CRLF) and a=end-of-candidates for one UDP port. `addresses`:
 * IPv4 and IPv6 addresses separated by spaces; "" or NULL: all of this machine's, the loopback
 * ones last, none that are link-local. ERROR_BAD_INPUT names a word that is no address. A new
 * string. */
char *candidates_create(const char *addresses, int port, GError **error);
