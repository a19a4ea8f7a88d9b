/* SPDX-License-Identifier: EUPL-1.2
 *
 * mailbox: messages from any thread to the one thread that runs a uv loop. A mutex, a queue and a
 * uv_async_t that coalesces: one wake-up delivers everything that has come, in the order of
 * posting. The only lock of ours.
 *
 * Ownership: a posted message belongs to the mailbox until it is delivered; delivery hands it to
 * the receiver. What is still queued at destroy is handed to `drop`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct uv_loop_s;
struct mailbox;

/* Creates the mailbox of `loop`; call on the loop's thread before it runs. `deliver` is called on
 * that thread, once a message; `drop` (often g_free) frees a message that nobody will read. */
struct mailbox *mailbox_create(struct uv_loop_s *loop, void (*deliver)(void *message, void *data),
			       void (*drop)(void *message), void *data);

/* Any thread. Takes the message. Never blocks for longer than an append. With a NULL mailbox the
 * message is freed with g_free(): a part that is tested alone needs no reader. */
void mailbox_post(struct mailbox *mailbox, void *message);

/* Loop's thread, with no more posters alive. Closes the uv handle (the loop must run once more to
 * let go of it) and drops what is queued. NULL is allowed. */
void mailbox_destroy(struct mailbox *mailbox);
