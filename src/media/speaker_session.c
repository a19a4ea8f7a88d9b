/* SPDX-License-Identifier: EUPL-1.2
 *
 * rtpbin's questions about the one session of a speaker, and its settings. Each number has a measurement behind it.
 */
#include <string.h>

#include "clock.h"
#include "speaker_private.h"

#define SESSION 0
/* rtpsession rations NACK and TWCC by it: with the default half of all losses stay. */
#define FEEDBACK_BANDWIDTH 8000000.0
#define RTCP_INTERVAL_NS   (100 * NS_PER_MS)

static void add_extension(GstCaps *caps, unsigned id, const char *uri)
{
	g_autofree char *key = g_strdup_printf("extmap-%u", id);

	if (id)
		gst_caps_set_simple(caps, key, G_TYPE_STRING, uri, NULL);
}

static GstCaps *common_caps(const struct speaker_input *input, const char *media,
			    const char *encoding, int clock, unsigned pt)
{
	GstCaps *caps = gst_caps_new_simple(
		"application/x-rtp", "media", G_TYPE_STRING, media, "encoding-name", G_TYPE_STRING,
		encoding, "clock-rate", G_TYPE_INT, clock, "payload", G_TYPE_INT, (int)pt, NULL);

	/* Without the extension's map no transport-wide feedback flows, and the browser stays at 300 kbit/s. */
	add_extension(caps, input->format.twcc_id, TWCC_URI);
	return caps;
}

static GstCaps *on_pt_map(GstElement *bin, guint session, guint pt, gpointer data)
{
	const struct speaker_input *input = data;
	const struct rtp_format *format = &input->format;
	GstCaps *caps = NULL;

	(void)bin;
	(void)session;
	if (format->video && pt == format->video_pt) {
		caps = common_caps(input, "video", format->video == VIDEO_H264 ? "H264" : "VP8",
				   90000, pt);
		add_extension(caps, format->colour_id, COLOUR_URI);
		gst_caps_set_simple(caps, "rtcp-fb-nack", G_TYPE_BOOLEAN, TRUE, "rtcp-fb-nack-pli",
				    G_TYPE_BOOLEAN, TRUE, "rtcp-fb-transport-cc", G_TYPE_BOOLEAN,
				    TRUE, NULL);
	} else if (format->video_rtx_pt && pt == format->video_rtx_pt) {
		g_autofree char *apt = g_strdup_printf("%u", format->video_pt);

		caps = common_caps(input, "video", "RTX", 90000, pt);
		gst_caps_set_simple(caps, "apt", G_TYPE_STRING, apt, NULL);
	} else if (format->has_audio && pt == format->audio_pt) {
		caps = common_caps(input, "audio", "OPUS", 48000, pt);
		gst_caps_set_simple(caps, "encoding-params", G_TYPE_STRING, "2", NULL);
	}
	return caps;
}

static bool is_audio_ssrc(const struct speaker_input *input, unsigned ssrc)
{
	return input->format.has_audio &&
	       (input->format.video == VIDEO_NONE || ssrc == input->format.audio_ssrc);
}

static void on_jitterbuffer(GstElement *bin, GstElement *buffer, guint session, guint ssrc,
			    gpointer data)
{
	struct speaker_input *input = data;
	bool is_audio = is_audio_ssrc(input, ssrc);

	(void)bin;
	(void)session;
	g_weak_ref_set(is_audio ? &input->sound_jitter : &input->picture_jitter, buffer);
	/* Guessing the next packet's time makes NACKs without a loss whenever a pacer spaces packets unevenly. */
	g_object_set(buffer, "rtx-next-seqnum", FALSE, "faststart-min-packets", 1U, "latency",
		     (guint)(is_audio ? input->audio_latency_ms : input->video_latency_ms),
		     "do-retransmission", !is_audio && input->format.video_rtx_pt != 0, NULL);
}

/* What comes back as RTX (RFC 4588) is put in its place before the jitter buffer. */
static GstElement *on_aux_receiver(GstElement *bin, guint session, gpointer data)
{
	const struct speaker_input *input = data;
	GstElement *aux = gst_bin_new(NULL);
	GstElement *receive = gst_element_factory_make("rtprtxreceive", NULL);
	g_autofree char *pt = g_strdup_printf("%u", input->format.video_pt);
	g_autofree char *sink_name = g_strdup_printf("sink_%u", session),
			*source_name = g_strdup_printf("src_%u", session);
	GstStructure *map =
		gst_structure_new("map", pt, G_TYPE_UINT, (guint)input->format.video_rtx_pt, NULL);

	(void)bin;
	if (input->format.video_rtx_pt)
		g_object_set(receive, "payload-type-map", map, NULL);
	gst_structure_free(map);
	gst_bin_add(GST_BIN(aux), receive);
	g_autoptr(GstPad) sink = gst_element_get_static_pad(receive, "sink");
	g_autoptr(GstPad) source = gst_element_get_static_pad(receive, "src");

	gst_element_add_pad(aux, gst_ghost_pad_new(sink_name, sink));
	gst_element_add_pad(aux, gst_ghost_pad_new(source_name, source));
	return aux;
}

void speaker_set_up_session(struct speaker_input *input)
{
	GObject *session = NULL;

	g_signal_emit_by_name(input->bin, "get-internal-session", SESSION, &session);
	if (!session)
		return;
	g_object_set(session, "rtcp-reduced-size", TRUE, "bandwidth", FEEDBACK_BANDWIDTH,
		     "rtcp-min-interval", (guint64)RTCP_INTERVAL_NS, "probation", 0U, NULL);
	g_object_unref(session);
}

/* What one jitter buffer has seen since it began. */
static void add_jitter(GWeakRef *of, struct speaker_stats *total)
{
	g_autoptr(GstElement) buffer = g_weak_ref_get(of);
	g_autoptr(GstStructure) stats = NULL;
	guint64 pushed = 0, lost = 0, recovered = 0, jitter_ns = 0;

	if (!buffer)
		return;
	g_object_get(buffer, "stats", &stats, NULL);
	gst_structure_get_uint64(stats, "num-pushed", &pushed);
	gst_structure_get_uint64(stats, "num-lost", &lost);
	gst_structure_get_uint64(stats, "rtx-success-count", &recovered);
	gst_structure_get_uint64(stats, "avg-jitter", &jitter_ns);
	total->received += pushed;
	total->lost += lost + recovered;
	total->recovered += recovered;
	total->jitter_ms = MAX(total->jitter_ms, (double)jitter_ns / NS_PER_MS);
}

static void note_loss(struct speaker_input *input, double percent)
{
	unsigned n;
	double sum = 0;

	input->past_loss[input->n_past++ % SPEAKER_PAST] = percent;
	n = MIN(input->n_past, SPEAKER_PAST);
	for (unsigned i = 0; i < n; i++)
		sum += input->past_loss[i];
	atomic_store(&input->loss_percent, percent);
	atomic_store(&input->window_loss_percent, sum / n);
}

/* A new buffer (a new SSRC) counts from 0 again: then this time there is no figure. */
void speaker_measure_losses(struct speaker_input *input)
{
	struct speaker_stats now = {0};
	uint64_t before = atomic_load(&input->received), lost_before = atomic_load(&input->lost);

	add_jitter(&input->picture_jitter, &now);
	add_jitter(&input->sound_jitter, &now);
	if (now.received >= before && now.lost >= lost_before) {
		double lost = (double)(now.lost - lost_before);
		double all = (double)(now.received - before) + lost -
			     (double)(now.recovered - atomic_load(&input->recovered));

		note_loss(input, all > 0 ? MIN(100, 100 * lost / all) : 0);
	}
	atomic_store(&input->received, now.received);
	atomic_store(&input->lost, now.lost);
	atomic_store(&input->recovered, now.recovered);
	atomic_store(&input->jitter_ms, now.jitter_ms);
}

void speaker_answer_session(struct speaker_input *input)
{
	g_signal_connect(input->bin, "request-pt-map", G_CALLBACK(on_pt_map), input);
	g_signal_connect(input->bin, "new-jitterbuffer", G_CALLBACK(on_jitterbuffer), input);
	g_signal_connect(input->bin, "request-aux-receiver", G_CALLBACK(on_aux_receiver), input);
}
