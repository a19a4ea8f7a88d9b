/* SPDX-License-Identifier: EUPL-1.2 */
#include "picture.h"

#include <gst/video/video.h>

#include "frame.h"
#include "picture_pool.h"

static void release(void *data)
{
	GstVideoFrame *mapped = data;

	picture_pool_unmap(mapped);
	g_free(mapped);
}

struct frame *picture_wrap(GstSample *sample)
{
	GstVideoInfo info;
	GstCaps *caps = gst_sample_get_caps(sample);
	GstBuffer *buffer = gst_sample_get_buffer(sample);

	if (!caps || !buffer || !gst_video_info_from_caps(&info, caps) ||
	    GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_I420 || info.width < 2 ||
	    info.height < 2 || info.width > PICTURE_MOST_WIDTH || info.height > PICTURE_MOST_HEIGHT)
		return NULL;
	GstVideoFrame *mapped = g_new0(GstVideoFrame, 1);

	if (!gst_video_frame_map(mapped, &info, buffer, GST_MAP_READ)) {
		g_free(mapped);
		return NULL;
	}
	uint8_t *const planes[3] = {mapped->data[0], mapped->data[1], mapped->data[2]};
	const int strides[3] = {GST_VIDEO_FRAME_PLANE_STRIDE(mapped, 0),
				GST_VIDEO_FRAME_PLANE_STRIDE(mapped, 1),
				GST_VIDEO_FRAME_PLANE_STRIDE(mapped, 2)};
	return frame_wrap(planes, strides, info.width, info.height, release, mapped);
}
