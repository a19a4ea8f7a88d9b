/* SPDX-License-Identifier: EUPL-1.2
 *
 * backstage: one thread for files, which may take any time (a disk that hangs): logos are read,
 * pictures saved, one after the other. Painting is not done here but by the painter, which never
 * waits for a disk. Thread: all calls on the control loop.
 */
#pragma once

#include <stdint.h>

struct backstage;
struct easel;
struct frame;
struct mailbox;

struct backstage *backstage_create(struct mailbox *up);

/* Finishes what is begun and asked for and joins the thread, but waits 2 s at most: what hangs longer
 * is left behind and tells nobody any more. NULL is allowed. */
void backstage_destroy(struct backstage *backstage);

/* Puts a PNG file on the easel (with a reference of its own), made smaller where it is larger than
 * that (logo.h), and says NOTE_OVERLAY_READY or NOTE_OVERLAY_FAILED. */
void backstage_read(struct backstage *backstage, uint64_t id, struct easel *easel, const char *path,
		    int most_width, int most_height);

/* Writes a picture to a PNG file, with a reference of its own to the frame, and says
 * NOTE_PICTURE_SAVED (id; value 1, or 0 and why). */
void backstage_save(struct backstage *backstage, uint64_t id, struct frame *frame,
		    const char *path);
