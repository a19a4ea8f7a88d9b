/* SPDX-License-Identifier: EUPL-1.2
 *
 *   appsrc --[probe: age]--> demuxer --[probe: whole pictures]--> parser --[probes: size, backlog]--> decoder
 *
 * What decodebin builds is set right as it comes: no delay is added, and nothing is decoded that is too large or too late.
 */
#include <gst/app/gstappsrc.h>
#include <gst/base/gstbaseparse.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "ingest_private.h"
#include "picture.h"

/* ---- the demuxer ---- */

static void see_bytes(struct ingest *ingest, GstBuffer *buffer)
{
	GstMapInfo map;

	if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
		return;
	arrivals_see_bytes(&ingest->arrivals, map.data, map.size, (int64_t)GST_BUFFER_PTS(buffer));
	arrivals_see_bytes(&ingest->sound_arrivals, map.data, map.size,
			   (int64_t)GST_BUFFER_PTS(buffer));
	gst_buffer_unmap(buffer, &map);
}

static GstPadProbeReturn on_bytes(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct ingest *ingest = data;
	GstBuffer *buffer = gst_pad_probe_info_get_buffer(info);

	(void)pad;
	if (!GST_BUFFER_PTS_IS_VALID(buffer))
		return GST_PAD_PROBE_OK;
	atomic_store(&ingest->age_ns, clock_now_ns() - (int64_t)GST_BUFFER_PTS(buffer));
	see_bytes(ingest, buffer);
	return GST_PAD_PROBE_OK;
}

/* A picture, or a packet of sound: Opus comes as a list of what was in it. */
static GstPadProbeReturn on_demuxed_unit(GstPad *pad, GstPadProbeInfo *info, gpointer arrivals)
{
	GstBufferList *list = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST
				      ? gst_pad_probe_info_get_buffer_list(info)
				      : NULL;
	GstBuffer *buffer =
		list ? gst_buffer_list_get(list, 0) : gst_pad_probe_info_get_buffer(info);

	(void)pad;
	if (buffer)
		arrivals_see_picture(arrivals, (int64_t)GST_BUFFER_PTS(buffer));
	return GST_PAD_PROBE_OK;
}

/* A PES packet of a picture holds a whole one. Told so, the parser need not wait for the next picture to know where this one ends. */
static GstPadProbeReturn on_demuxed_event(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	GstEvent *event = gst_pad_probe_info_get_event(info);
	GstCaps *caps = NULL;

	(void)pad;
	(void)data;
	if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
		return GST_PAD_PROBE_OK;
	gst_event_parse_caps(event, &caps);
	if (!gst_structure_has_name(gst_caps_get_structure(caps, 0), "video/x-h264") &&
	    !gst_structure_has_name(gst_caps_get_structure(caps, 0), "video/x-h265"))
		return GST_PAD_PROBE_OK;
	caps = gst_caps_copy(caps);
	gst_caps_set_simple(caps, "alignment", G_TYPE_STRING, "au", NULL);
	GST_PAD_PROBE_INFO_DATA(info) = gst_event_new_caps(caps);
	gst_caps_unref(caps);
	gst_event_unref(event);
	return GST_PAD_PROBE_OK;
}

/* A picture's pad is called video_PROGRAM_PID, both in hexadecimal digits, a sound's audio_..; the first one counts. */
static void follow_arrivals(struct arrivals *arrivals, GstPad *pad, const char *name)
{
	unsigned program, pid;

	if (arrivals->pid || sscanf(GST_PAD_NAME(pad), name, &program, &pid) != 2)
		return;
	arrivals->pid = (int)pid;
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
			  on_demuxed_unit, arrivals, NULL);
}

static void on_demuxed(GstElement *demux, GstPad *pad, gpointer data)
{
	struct ingest *ingest = data;

	(void)demux;
	follow_arrivals(&ingest->arrivals, pad, "video_%x_%x");
	follow_arrivals(&ingest->sound_arrivals, pad, "audio_%x_%x");
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_demuxed_event, data, NULL);
}

/* ---- the parser of sound ---- */

#define AAC_HEADER_BYTES 10 /* all that the parser must see to know how long a frame is */

/* It waits for as many bytes as the largest frame had that it has not seen whole at once. A loud start makes that 700 ms of silence, whose
 * frames are small, and any start one frame too many. */
static GstPadProbeReturn on_aac(GstPad *pad, GstPadProbeInfo *info, gpointer parser)
{
	(void)pad;
	(void)info;
	gst_base_parse_set_min_frame_size(parser, AAC_HEADER_BYTES);
	return GST_PAD_PROBE_OK;
}

static void set_up_aac(GstElement *parser)
{
	g_autoptr(GstPad) sink = gst_element_get_static_pad(parser, "sink");

	gst_pad_add_probe(sink, GST_PAD_PROBE_TYPE_BUFFER, on_aac, parser, NULL);
}

/* ---- the decoders ---- */

static void refuse_size(struct ingest *ingest, int width, int height)
{
	g_autofree char *text = g_strdup_printf("its picture of %dx%d is larger than %dx%d", width,
						height, PICTURE_MOST_WIDTH, PICTURE_MOST_HEIGHT);

	if (!atomic_exchange(&ingest->is_refused, true))
		outlet_end(&ingest->outlet, NOTE_SOURCE_FAILED, text);
}

static bool is_too_large(const GstStructure *caps, int *width, int *height)
{
	return gst_structure_get_int(caps, "width", width) &&
	       gst_structure_get_int(caps, "height", height) &&
	       (*width > PICTURE_MOST_WIDTH || *height > PICTURE_MOST_HEIGHT);
}

static void note_profile(struct ingest *ingest, const GstStructure *caps)
{
	const char *profile = gst_structure_get_string(caps, "profile");

	atomic_store(&ingest->profile, profile ? g_intern_string(profile) : NULL);
}

/* Before a decoder would take memory for it. */
static GstPadProbeReturn on_coded_event(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	GstEvent *event = gst_pad_probe_info_get_event(info);
	GstCaps *caps = NULL;
	int width, height;

	(void)pad;
	if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
		return GST_PAD_PROBE_OK;
	gst_event_parse_caps(event, &caps);
	note_profile(data, gst_caps_get_structure(caps, 0));
	if (!is_too_large(gst_caps_get_structure(caps, 0), &width, &height))
		return GST_PAD_PROBE_OK;
	refuse_size(data, width, height);
	return GST_PAD_PROBE_DROP;
}

static void see_coded(struct ingest *ingest, const GstBuffer *buffer, bool is_key)
{
	GstClockTime pts = GST_BUFFER_PTS(buffer), dts = GST_BUFFER_DTS(buffer);

	if (!GST_CLOCK_TIME_IS_VALID(pts))
		return;
	coded_see(&ingest->coded, (int64_t)pts,
		  GST_CLOCK_TIME_IS_VALID(dts) ? (int64_t)dts : (int64_t)pts, is_key,
		  clock_now_ns());
}

static GstPadProbeReturn on_coded(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
	struct ingest *ingest = data;
	GstBuffer *buffer = gst_pad_probe_info_get_buffer(info);
	bool is_key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);

	(void)pad;
	see_coded(ingest, buffer, is_key);
	if (atomic_load(&ingest->is_refused))
		return GST_PAD_PROBE_DROP;
	if (backlog_passes(&ingest->backlog, is_key, atomic_load(&ingest->age_ns)))
		return GST_PAD_PROBE_OK;
	atomic_fetch_add(&ingest->late, 1);
	return GST_PAD_PROBE_DROP;
}

static bool is_picture_decoder(GstElement *element)
{
	GstElementFactory *factory = gst_element_get_factory(element);

	return factory && gst_element_factory_list_is_type(
				  factory, GST_ELEMENT_FACTORY_TYPE_DECODER |
						   GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO |
						   GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE);
}

/* No delay: slice threads add none, frame threads do (38 ms on two cores). */
static void set_up_decoder(struct ingest *ingest, GstElement *decoder)
{
	g_autoptr(GstPad) sink = gst_element_get_static_pad(decoder, "sink");

	if (g_object_class_find_property(G_OBJECT_GET_CLASS(decoder), "thread-type"))
		gst_util_set_object_arg(G_OBJECT(decoder), "thread-type", "slice");
	if (!sink)
		return;
	gst_pad_add_probe(sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_coded_event, ingest, NULL);
	gst_pad_add_probe(sink, GST_PAD_PROBE_TYPE_BUFFER, on_coded, ingest, NULL);
}

static void on_element(GstBin *bin, GstBin *sub, GstElement *element, gpointer data)
{
	(void)bin;
	(void)sub;
	if (is_picture_decoder(element))
		set_up_decoder(data, element);
	if (strcmp(G_OBJECT_TYPE_NAME(element), "GstAacParse") == 0)
		set_up_aac(element);
	if (g_str_has_prefix(G_OBJECT_TYPE_NAME(element), "GstTSDemux")) {
		atomic_store(&((struct ingest *)data)->is_unsegmented, true);
		g_object_set(element, "latency", 0, NULL);
		g_signal_connect(element, "pad-added", G_CALLBACK(on_demuxed), data);
	}
}

/* ---- codecs' names ---- */

/* MPEG audio says its layer only when its parser has seen it; until then there is no name. */
static const char *mpeg_audio(const GstStructure *caps)
{
	int version = 0, layer = 0;

	gst_structure_get_int(caps, "mpegversion", &version);
	gst_structure_get_int(caps, "layer", &layer);
	if (version != 1)
		return "AAC";
	return layer == 2 ? "MP2" : layer == 3 ? "MP3" : layer == 1 ? "MP1" : NULL;
}

static const char *mpeg_video(const GstStructure *caps)
{
	int version = 0;

	gst_structure_get_int(caps, "mpegversion", &version);
	return version == 1 ? "MPEG-1" : version == 2 ? "MPEG-2" : version == 4 ? "MPEG-4" : NULL;
}

static const char *codec_of(const GstStructure *caps)
{
	static const struct {
		const char *media, *name;
	} codecs[] = {
		{"video/x-h264", "H.264"},    {"video/x-h265", "HEVC"},
		{"video/x-vp8", "VP8"},	      {"video/x-vp9", "VP9"},
		{"video/x-av1", "AV1"},	      {"image/jpeg", "JPEG"},
		{"video/x-prores", "ProRes"}, {"audio/x-opus", "Opus"},
		{"audio/x-ac3", "AC-3"},      {"audio/x-eac3", "E-AC-3"},
		{"audio/x-vorbis", "Vorbis"}, {"audio/x-flac", "FLAC"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
		if (gst_structure_has_name(caps, codecs[i].media))
			return codecs[i].name;
	if (gst_structure_has_name(caps, "audio/mpeg"))
		return mpeg_audio(caps);
	return gst_structure_has_name(caps, "video/mpeg") ? mpeg_video(caps) : NULL;
}

static void note_codec(struct ingest *ingest, const GstStructure *caps)
{
	const char *codec = codec_of(caps);

	if (codec && g_str_has_prefix(gst_structure_get_name(caps), "audio/"))
		atomic_store(&ingest->audio_codec, codec);
	else if (codec)
		atomic_store(&ingest->video_codec, codec);
}

/* Asked of each stage: its format tells the codec. Never refuses. */
static gboolean on_autoplug(GstElement *decode, GstPad *pad, GstCaps *caps, gpointer data)
{
	if (gst_caps_get_size(caps))
		note_codec(data, gst_caps_get_structure(caps, 0));
	(void)decode;
	(void)pad;
	return TRUE;
}

void ingest_connect_decoder(struct ingest *ingest, GstElement *decode)
{
	g_signal_connect(decode, "autoplug-continue", G_CALLBACK(on_autoplug), ingest);
	g_signal_connect(decode, "deep-element-added", G_CALLBACK(on_element), ingest);
	if (ingest->kind != INGEST_STILL)
		ingest_answer_pads(ingest, decode);
	if (!ingest->bytes)
		return;
	g_autoptr(GstPad) pad = gst_element_get_static_pad(ingest->bytes, "src");

	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_bytes, ingest, NULL);
}
