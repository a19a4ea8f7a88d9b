/* SPDX-License-Identifier: EUPL-1.2
 *
 * backstage: one thread for what takes too long for the control loop and the ticks: painting names,
 * saving pictures. Thread: all calls on the control loop, but for label_stamp() and label_unref().
 */
#pragma once

#include <stdint.h>

struct backstage;
struct frame;
struct label;
struct mailbox;
struct paint_text;
struct stamp;

struct backstage *backstage_create(struct mailbox *up);

/* Finishes what is begun and asked for, and joins the thread. NULL is allowed. */
void backstage_destroy(struct backstage *backstage);

/* Text on its way to be a stamp, with a reference for the caller. The text is copied. */
struct label *backstage_paint(struct backstage *backstage, const struct paint_text *text);
struct label *label_ref(struct label *label);
void label_unref(struct label *label); /* NULL is allowed */

/* Its stamp, once it is painted; NULL until then. Not a reference: it lives as long as the label. */
const struct stamp *label_stamp(const struct label *label);

/* Writes a picture to a PNG file, with a reference of its own to the frame, and says
 * NOTE_PICTURE_SAVED (id; value 1, or 0 and why). */
void backstage_save(struct backstage *backstage, uint64_t id, struct frame *frame,
		    const char *path);
