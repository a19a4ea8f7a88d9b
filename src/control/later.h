/* SPDX-License-Identifier: EUPL-1.2
 *
 * later: replies that are not there yet. A handler whose command takes longer than a moment (a file
 * has to be written) starts it, names it in reply.pending and returns; the door that called it keeps
 * the caller waiting here, without keeping anybody else, until the show tells what has come of it
 * (struct event's `answers`), at most `most_ms`.
 *
 * Thread: control loop.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

struct later;
struct show;
struct uv_loop_s;

/* What has come of it: a sentence, or why not. Called once, never from within later_wait(). */
typedef void later_done(const char *text, const GError *error, void *data);

struct later *later_create(struct uv_loop_s *loop, struct show *show, int most_ms);

/* Waits for what `pending` names. `data` may wait for one thing at a time. */
void later_wait(struct later *later, uint64_t pending, later_done *done, void *data);

/* It does not want to know any more. */
void later_forget(struct later *later, const void *data);

/* Calls nobody any more; the loop must run until its timer is gone. NULL is allowed. */
void later_destroy(struct later *later);
