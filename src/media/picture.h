/* SPDX-License-Identifier: EUPL-1.2
 *
 * picture: decoded GStreamer buffers as frames, without a copy. Any thread.
 */
#pragma once

#include <gst/gst.h>

#define PICTURE_MOST_WIDTH  3840
#define PICTURE_MOST_HEIGHT 2160

struct frame;

/* The frame in an I420 sample, holding the sample's buffer mapped until it is let go of, without any
 * time yet; NULL if the sample holds no such picture (another format, nothing in it, larger than the
 * limits). */
struct frame *picture_wrap(GstSample *sample);
