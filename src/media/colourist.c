/* SPDX-License-Identifier: EUPL-1.2
 *
 * What was seen of the decoders' caps, at 360 and at 720 lines alike (GStreamer 1.22):
 *   vp8dec         no colorimetry, or what the packets' header extension says (color-space)
 *   avdec_h264     no colorimetry without VUI; else the VUI's range and matrix, either of them 0
 *                  (unknown) where the VUI has none
 * So the caps hold facts only. GstVideoInfo does not: it fills in what is unknown by the height.
 *
 * What is not said is taken for BT.601's in limited range: VP8 has no other colours of its own (RFC
 * 6386 9.2), H.264 leaves them open (E.2.1). Chromium was seen to say nothing of a camera's
 * pictures, which it sends as they are; a canvas it makes BT.709's in full range, and says so in
 * the VUI, or for VP8 in the extension alone.
 */
#include "colourist.h"

#include <gst/video/video.h>

#include "colour_matrix.h"
#include "frame.h"

#define MOST_PICTURES 16 /* in the slot, with the tick, and those in encoders */

/* Unknown parts as said above. */
static void read_caps(const GstCaps *caps, GstVideoColorimetry *colours)
{
	const char *text = gst_structure_get_string(gst_caps_get_structure(caps, 0), "colorimetry");

	if (!text || !gst_video_colorimetry_from_string(colours, text))
		*colours = (GstVideoColorimetry){0};
	if (colours->range != GST_VIDEO_COLOR_RANGE_0_255)
		colours->range = GST_VIDEO_COLOR_RANGE_16_235;
}

static void weights_of(GstVideoColorMatrix matrix, double *kr, double *kb)
{
	if (!gst_video_color_matrix_get_Kr_Kb(matrix, kr, kb))
		gst_video_color_matrix_get_Kr_Kb(GST_VIDEO_COLOR_MATRIX_BT601, kr, kb);
}

static struct frame *take_frame(struct colourist *colourist, int width, int height)
{
	if (!colourist->pool || width != colourist->width || height != colourist->height) {
		frame_pool_destroy(colourist->pool);
		colourist->pool = frame_pool_create(width, height, MOST_PICTURES);
		colourist->width = width;
		colourist->height = height;
	}
	return frame_pool_take(colourist->pool);
}

struct frame *colourist_bring(struct colourist *colourist, struct frame *frame, const GstCaps *caps)
{
	GstVideoColorimetry colours;
	struct colour_matrix matrix;
	double kr, kb;

	read_caps(caps, &colours);
	if (colours.matrix == GST_VIDEO_COLOR_MATRIX_BT709 &&
	    colours.range == GST_VIDEO_COLOR_RANGE_16_235)
		return frame;
	struct frame *ours = take_frame(colourist, frame->width, frame->height);

	if (ours) {
		weights_of(colours.matrix, &kr, &kb);
		colour_matrix_init(&matrix, kr, kb, colours.range == GST_VIDEO_COLOR_RANGE_0_255);
		colour_matrix_apply(&matrix, frame, ours);
	}
	frame_unref(frame);
	return ours;
}

void colourist_finish(struct colourist *colourist)
{
	frame_pool_destroy(colourist->pool);
	colourist->pool = NULL;
}
