/* SPDX-License-Identifier: EUPL-1.2
 *
 * easel: where the newest stamp of an overlay or a label stands: the painter (or, a logo, backstage)
 * puts it there, the video tick looks.
 * Reference-counted with an atomic counter; passive, lock-free.
 */
#pragma once

struct easel;
struct stamp;

struct easel *easel_create(void);
struct easel *easel_ref(struct easel *easel);

/* NULL is allowed. */
void easel_unref(struct easel *easel);

/* One thread at a time. Takes the stamp. */
void easel_put(struct easel *easel, struct stamp *stamp);

/* The one looking thread: the newest stamp (not a reference), or NULL before the first. It stays
 * until that thread looks again. */
const struct stamp *easel_look(struct easel *easel);
