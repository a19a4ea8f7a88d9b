/* SPDX-License-Identifier: EUPL-1.2
 *
 * load: how much of the machine the daemon takes and how much is left, looked at once a second, so
 * that whoever asks gets the last second and not the time since somebody else asked.
 *
 * Thread: control loop.
 */
#pragma once

#include <stdbool.h>

struct load;
struct uv_loop_s;

/* In per cent of one core, of the last second or two. NAN: not known (yet, or no loop runs). */
struct load_figures {
	double daemon_percent;
	double machine_percent; /* everything that runs, the daemon and what other guests steal, too */
	double idle_percent;	/* what is left, of all cores */
	int cores;
};

/* One per process. Looks while the loop runs. */
struct load *load_create(struct uv_loop_s *loop);

void load_read(struct load_figures *figures);

/* The same of the last ten seconds, as far as it has looked. */
void load_read_window(struct load_figures *figures);

/* The loop must run until it is gone. NULL is allowed. */
void load_destroy(struct load *load);
