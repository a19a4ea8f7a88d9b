/* SPDX-License-Identifier: EUPL-1.2
 *
 * A whole show file. Whatever of it was carried out can be written and read again.
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#include "dry.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct context dry = dry_open();
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	bool is_good = dispatch_text(&dry, "a.show", (const char *)bytes, length, errors);

	if (is_good != (errors->len == 0))
		abort();
	for (guint i = 0; i < errors->len; i++)
		if (!g_utf8_validate(errors->pdata[i], -1, NULL))
			abort();
	dry_check(&dry);
	return 0;
}
