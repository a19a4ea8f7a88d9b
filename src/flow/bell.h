/* SPDX-License-Identifier: EUPL-1.2
 *
 * bell: how the writing end of a slot, ring or track tells the reading end that there is
 * something. It is rung on the writer's thread after each write, so whoever answers must be quick
 * and must not block (wake a loop, push into a queue). Hung once, before the writer starts, and it
 * stays for the life of what it hangs on.
 */
#pragma once

struct bell {
	void (*ring)(void *data); /* NULL: nobody listens */
	void *data;
	/* called when what it hangs on goes; NULL: `data` outlives it */
	void (*release)(void *data);
};
