/* SPDX-License-Identifier: EUPL-1.2
 *
 *   decoder --ALLOCATION query--> queue, deinterlace, videoconvert (pass it on) --> sink: a pool, strides
 *
 * Two copies of each picture of a libav decoder are avoided. It draws into memory of its own, with lines and rows to spare (1088 of 1080),
 * unless a pool is offered that knows of alignment. And it keeps a reference picture mapped for writing, so that the picture it hands on cannot share
 * the memory (a lock for writing excludes others) and gets a copy of it. Here it is mapped for reading only: the memory is plain, and
 * whoever has a picture from the decoder only reads it.
 *
 * A buffer whose memory is shared when it comes back is thrown away by the pool, and new memory costs as much as a copy. So what shares it holds the
 * buffer, too.
 */
#include "picture_pool.h"

struct picture_pool {
	GstVideoBufferPool parent;
};

struct picture_pool_class {
	GstVideoBufferPoolClass parent;
};

typedef struct picture_pool PicturePool;
typedef struct picture_pool_class PicturePoolClass;

G_DEFINE_TYPE(PicturePool, picture_pool, GST_TYPE_VIDEO_BUFFER_POOL)

#define CODED_WIDTH 16 /* a multiple of it */

/* Only the decoder has the pool's own buffer; what goes on are buffers that share its memory, and who wants to write there gets a copy. All
 * other flags stay: by them a frame knows what to do when it is unmapped. */
static gboolean map_plane(GstVideoMeta *meta, guint plane, GstMapInfo *info, gpointer *data,
			  gint *stride, GstMapFlags flags)
{
	guint at, length;
	gsize skip;

	if (meta->buffer->pool)
		flags = (flags & ~GST_MAP_WRITE) | GST_MAP_READ;
	if (!gst_buffer_find_memory(meta->buffer, meta->offset[plane], 1, &at, &length, &skip) ||
	    !gst_buffer_map_range(meta->buffer, at, (gint)length, info, flags))
		return FALSE;
	*data = info->data + skip;
	*stride = meta->stride[plane];
	return TRUE;
}

static gboolean unmap_plane(GstVideoMeta *meta, guint plane, GstMapInfo *info)
{
	(void)plane;
	gst_buffer_unmap(meta->buffer, info);
	return TRUE;
}

/* ---- what shares a buffer's memory keeps the buffer out of the pool ---- */

static gboolean tie_copy(GstBuffer *copy, GstMeta *meta, GstBuffer *buffer, GQuark kind,
			 gpointer data)
{
	(void)meta;
	(void)data;
	if (GST_META_TRANSFORM_IS_COPY(kind))
		gst_buffer_add_parent_buffer_meta(copy, buffer);
	return TRUE;
}

static gboolean init_tie(GstMeta *meta, gpointer params, GstBuffer *buffer)
{
	(void)meta;
	(void)params;
	(void)buffer;
	return TRUE;
}

static const GstMetaInfo *tie_info(void)
{
	static const char *no_tags[] = {NULL};
	static gsize info;

	if (g_once_init_enter(&info)) {
		GType api = gst_meta_api_type_register("TwinstageTieAPI", no_tags);

		g_once_init_leave(&info,
				  (gsize)gst_meta_register(api, "TwinstageTie", sizeof(GstMeta),
							   init_tie, NULL, tie_copy));
	}
	return (const GstMetaInfo *)info; // NOLINT(performance-no-int-to-ptr)
}

/* ---- the pool ---- */

static GstFlowReturn alloc_buffer(GstBufferPool *pool, GstBuffer **buffer,
				  GstBufferPoolAcquireParams *params)
{
	GstFlowReturn flow = GST_BUFFER_POOL_CLASS(picture_pool_parent_class)
				     ->alloc_buffer(pool, buffer, params);
	GstVideoMeta *meta = flow == GST_FLOW_OK ? gst_buffer_get_video_meta(*buffer) : NULL;

	if (!meta)
		return flow;
	meta->map = map_plane;
	meta->unmap = unmap_plane;
	GST_META_FLAG_SET(gst_buffer_add_meta(*buffer, tie_info(), NULL), GST_META_FLAG_POOLED);
	return flow;
}

static void picture_pool_class_init(PicturePoolClass *class)
{
	GST_BUFFER_POOL_CLASS(class)->alloc_buffer = alloc_buffer;
}

static void picture_pool_init(PicturePool *pool)
{
	(void)pool;
}

/* ---- the offer ---- */

static void add_pool(GstQuery *query, GstCaps *caps, gsize size)
{
	g_autoptr(GstBufferPool) pool = g_object_new(picture_pool_get_type(), NULL);
	GstStructure *config = gst_buffer_pool_get_config(pool);

	gst_object_ref_sink(pool);
	gst_buffer_pool_config_set_params(config, caps, (guint)size, 0, 0);
	if (gst_buffer_pool_set_config(pool, config))
		gst_query_add_allocation_pool(query, pool, (guint)size, 0, 0);
}

static GstPadProbeReturn on_query(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	GstQuery *query = GST_PAD_PROBE_INFO_QUERY(info);
	GstVideoInfo picture;
	GstCaps *caps = NULL;
	gboolean needs_pool = FALSE;

	(void)pad;
	(void)data;
	if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION)
		return GST_PAD_PROBE_OK;
	gst_query_parse_allocation(query, &caps, &needs_pool);
	if (!caps || !gst_video_info_from_caps(&picture, caps))
		return GST_PAD_PROBE_OK;
	gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL);
	/* Other widths are cropped by a copy, and the libav decoders would ask anew for each picture. */
	if (needs_pool && picture.width % CODED_WIDTH == 0)
		add_pool(query, caps, picture.size);
	return GST_PAD_PROBE_HANDLED;
}

void picture_pool_unmap(GstVideoFrame *mapped)
{
	GstParentBufferMeta *tie = gst_buffer_get_parent_buffer_meta(mapped->buffer);
	GstBuffer *pooled = tie ? gst_buffer_ref(tie->buffer) : NULL;

	gst_video_frame_unmap(mapped);
	gst_clear_buffer(&pooled);
}

void picture_pool_offer(GstElement *sink)
{
	g_autoptr(GstPad) pad = gst_element_get_static_pad(sink, "sink");

	g_object_set(sink, "enable-last-sample", FALSE, NULL);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, NULL, NULL);
}
