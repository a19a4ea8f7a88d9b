/* SPDX-License-Identifier: EUPL-1.2
 *
 * handoff: the newest of something immutable, from one writing thread to one reading thread,
 * without a lock. How a plan (scenes, gains, who may call) goes down to a media thread.
 *
 *    writer:  handoff_give() --- [pending] ---> handoff_latest()  :reader
 *             frees the dead <-- [retired] --- the one it held before
 *
 * What is given belongs to the handoff. An object is freed on the writer's thread only: when it
 * was overtaken before anybody read it, or at a later give after the reader has moved on, or at
 * destroy.
 */
#pragma once

struct handoff;

struct handoff *handoff_create(void (*free_object)(void *object));

/* Writer's thread. Offers a new object; frees those that nobody can see any more. */
void handoff_give(struct handoff *handoff, void *object);

/* Reader's thread. The newest object, or the one returned last time if there is no newer, or NULL
 * before the first. It stays valid until the reader's next call. */
const void *handoff_latest(struct handoff *handoff);

/* With reader and writer both done. NULL is allowed. */
void handoff_destroy(struct handoff *handoff);
