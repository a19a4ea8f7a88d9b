/* SPDX-License-Identifier: EUPL-1.2
 *
 * colourist: PRIVATE to this folder. Brings decoded pictures to what a frame is (BT.709, limited
 * range) by what their caps say; what is so already goes on without a copy. One thread (the
 * streaming thread of a source's pictures) until it is finished. All zero, it is begun.
 */
#pragma once

#include <gst/gst.h>

struct frame;
struct frame_pool;

struct colourist {
	struct frame_pool *pool; /* of the last picture's size; NULL: none yet */
	int width, height;
};

/* Takes over the caller's reference of `frame`, a picture with these caps; gives it back, or, with
 * it let go of, one of our own. NULL if others hold so many of ours that there is no other: it is
 * left out. */
struct frame *colourist_bring(struct colourist *colourist, struct frame *frame,
			      const GstCaps *caps);

/* Frames that others hold stay. */
void colourist_finish(struct colourist *colourist);
