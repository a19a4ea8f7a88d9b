/* SPDX-License-Identifier: EUPL-1.2
 *
 * inbox: the door for machines: notes from media, mix and rtc threads, to the show, on the control
 * loop, and the show's own timer. It exists before the show (whose parts post to it) and after it.
 */
#pragma once

struct inbox;
struct mailbox;
struct show;
struct uv_loop_s;

struct inbox *inbox_create(struct uv_loop_s *loop);

/* Where to post. */
struct mailbox *inbox_mailbox(struct inbox *inbox);

/* From now on notes go to this show; with NULL they are dropped. */
void inbox_serve(struct inbox *inbox, struct show *show);

/* With no more posters alive; the loop must run once more. NULL is allowed. */
void inbox_destroy(struct inbox *inbox);
