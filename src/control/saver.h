/* SPDX-License-Identifier: EUPL-1.2
 *
 * saver: the show on its way to the disk, off the control loop: a disk may take its time. The running
 * show is saved after each change (what changes while it writes is one more) and at its end. If the
 * disk fails, EVENT_disk_failed is told once and it is tried again every 5 s.
 *
 * Thread: control loop.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct saver;
struct show;
struct uv_loop_s;

struct saver *saver_create(struct uv_loop_s *loop, struct show *show);

/* Writes what is left; NULL is allowed. */
void saver_destroy(struct saver *saver);

/* Saves the show as others may have it to a file; what has come of it is told by show_saved or
 * show_not_saved, whose `answers` is *promise. */
bool saver_save(struct saver *saver, const char *path, uint64_t *promise, GError **error);
