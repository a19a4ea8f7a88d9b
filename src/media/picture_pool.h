/* SPDX-License-Identifier: EUPL-1.2
 *
 * picture_pool: memory for decoded pictures in which a decoder keeps its references while others
 * look at them, so that none is copied on its way from the decoder to a frame. Any thread.
 */
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

/* Has `sink` (an appsink of raw pictures, before it is linked or played) offer such memory to
 * whoever makes its pictures, and take pictures with strides and padding. The sink keeps no last
 * one. */
void picture_pool_offer(GstElement *sink);

/* Unmaps a picture, and lets go of its buffer in the order in which its memory is used again. */
void picture_pool_unmap(GstVideoFrame *mapped);
