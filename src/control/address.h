/* SPDX-License-Identifier: EUPL-1.2
 *
 * address: how this machine is reached. Pure but for a look at its interfaces.
 */
#pragma once

#include <glib.h>

struct settings;

/* The machine's addresses as text, without link-local ones, loopback last; g_ptr_array_unref(). */
GPtrArray *address_list(void);

/* What printed links begin with: public_url, or https and the first address and the port (http on
 * 127.0.0.1 where HTTPS is off). A new string without a slash at its end. */
char *address_base_url(const struct settings *settings);
