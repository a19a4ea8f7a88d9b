/* SPDX-License-Identifier: EUPL-1.2
 *
 * A browser of GStreamer's elements: encoders and payloaders whose packets go through tracks into the input; it answers NACKs with RTX.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <gst/app/gstappsink.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <string.h>

#include "clock.h"
#include "ingest.h"
#include "speaker_input.h"
#include "studio.h"
#include "track.h"

#define VIDEO_PT   102
#define RTX_PT	   103
#define AUDIO_PT   111
#define VIDEO_SSRC 0x1111
#define RTX_SSRC   0x2222
#define AUDIO_SSRC 0x3333
#define TWCC_ID	   3
#define COLOUR_ID  5
#define KEPT	   1024
#define FLOOD	   6000
#define ALLOWED	   400 /* of 20 ms: the eight seconds that may come at once */

struct browser {
	struct studio *studio;
	struct track *rtp, *rtcp_in, *rtcp_out;
	struct speaker_input *input;
	GstElement *pipeline;
	GMutex mutex; /* a track has one writer; pictures and sound come on two threads */
	uint16_t twcc_seq, rtx_seq;
	struct packet sent[KEPT]; /* of the video, by sequence number */
	int drop_each;		  /* of the video's packets; 0: none */
	atomic_int dropped, resent;
	uint64_t rtcp_cursor;
	int nacks, plis, twccs;
};

/* ---- sending ---- */

static void write_rtp(struct browser *browser, const uint8_t *bytes, size_t length)
{
	struct packet *packet = track_begin(browser->rtp);

	assert_non_null(packet);
	memcpy(packet->bytes, bytes, length);
	packet->length = (uint16_t)length;
	track_commit(browser->rtp, packet);
	track_ring(browser->rtp);
}

/* RFC 8285 4.2: the transport-wide sequence number. */
static GstBuffer *number(struct browser *browser, GstBuffer *buffer)
{
	GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
	uint8_t seq[2] = {(uint8_t)(browser->twcc_seq >> 8), (uint8_t)browser->twcc_seq};

	browser->twcc_seq++;
	buffer = gst_buffer_make_writable(gst_buffer_copy_deep(buffer));
	gst_rtp_buffer_map(buffer, GST_MAP_READWRITE, &rtp);
	gst_rtp_buffer_add_extension_onebyte_header(&rtp, TWCC_ID, seq, 2);
	gst_rtp_buffer_unmap(&rtp);
	return buffer;
}

static bool keep(struct browser *browser, const uint8_t *bytes, size_t length)
{
	unsigned seq = (unsigned)bytes[2] << 8 | bytes[3];
	struct packet *kept = &browser->sent[seq % KEPT];

	kept->rtp_seq = (uint16_t)seq;
	kept->length = (uint16_t)length;
	memcpy(kept->bytes, bytes, length);
	if (!browser->drop_each || seq % (unsigned)browser->drop_each)
		return true;
	atomic_fetch_add(&browser->dropped, 1);
	return false;
}

static void send_buffer(struct browser *browser, GstBuffer *plain)
{
	GstBuffer *buffer = number(browser, plain);
	GstMapInfo map;

	gst_buffer_map(buffer, &map, GST_MAP_READ);
	if ((map.data[1] & 127) != VIDEO_PT || keep(browser, map.data, map.size))
		write_rtp(browser, map.data, map.size);
	gst_buffer_unmap(buffer, &map);
	gst_buffer_unref(buffer);
}

static GstFlowReturn on_rtp(GstAppSink *sink, gpointer data)
{
	struct browser *browser = data;
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	g_mutex_lock(&browser->mutex);
	send_buffer(browser, gst_sample_get_buffer(sample));
	g_mutex_unlock(&browser->mutex);
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

/* RFC 4588 4: the original sequence number stands before the payload. */
static void resend(struct browser *browser, uint16_t seq)
{
	const struct packet *kept = &browser->sent[seq % KEPT];
	GstRTPBuffer old = GST_RTP_BUFFER_INIT, fresh = GST_RTP_BUFFER_INIT;

	if (kept->rtp_seq != seq || !kept->length)
		return;
	GstBuffer *from = gst_buffer_new_memdup(kept->bytes, kept->length);

	gst_rtp_buffer_map(from, GST_MAP_READ, &old);
	guint length = gst_rtp_buffer_get_payload_len(&old);
	GstBuffer *to = gst_rtp_buffer_new_allocate(length + 2, 0, 0);

	gst_rtp_buffer_map(to, GST_MAP_WRITE, &fresh);
	gst_rtp_buffer_set_ssrc(&fresh, RTX_SSRC);
	gst_rtp_buffer_set_payload_type(&fresh, RTX_PT);
	gst_rtp_buffer_set_seq(&fresh, browser->rtx_seq++);
	gst_rtp_buffer_set_timestamp(&fresh, gst_rtp_buffer_get_timestamp(&old));
	gst_rtp_buffer_set_marker(&fresh, gst_rtp_buffer_get_marker(&old));
	uint8_t *payload = gst_rtp_buffer_get_payload(&fresh);

	payload[0] = (uint8_t)(seq >> 8);
	payload[1] = (uint8_t)seq;
	memcpy(payload + 2, gst_rtp_buffer_get_payload(&old), length);
	gst_rtp_buffer_unmap(&fresh);
	gst_rtp_buffer_unmap(&old);
	send_buffer(browser, to);
	gst_buffer_unref(to);
	gst_buffer_unref(from);
	atomic_fetch_add(&browser->resent, 1);
}

/* ---- its RTCP ---- */

/* RFC 4585 6.2.1: lost packets as a number and the sixteen after it. */
static void answer_nack(struct browser *browser, const uint8_t *fci, size_t length)
{
	for (size_t i = 0; i + 4 <= length; i += 4) {
		unsigned pid = (unsigned)fci[i] << 8 | fci[i + 1],
			 blp = (unsigned)fci[i + 2] << 8 | fci[i + 3];

		browser->nacks++;
		resend(browser, (uint16_t)pid);
		for (unsigned k = 0; k < 16; k++)
			if (blp & (1u << k))
				resend(browser, (uint16_t)(pid + 1 + k));
	}
}

static void read_rtcp_packet(struct browser *browser, const uint8_t *bytes, size_t length)
{
	for (size_t at = 0; at + 8 <= length;) {
		const uint8_t *one = bytes + at;
		size_t size = 4 * (((size_t)one[2] << 8 | one[3]) + 1);

		assert_true(at + size <= length);
		if (one[1] == 205 && (one[0] & 31) == 1)
			answer_nack(browser, one + 12, size - 12);
		browser->twccs += one[1] == 205 && (one[0] & 31) == 15;
		browser->plis += one[1] == 206 && (one[0] & 31) == 1;
		at += size;
	}
}

static bool read_rtcp(struct studio *studio, void *data)
{
	struct browser *browser = data;
	const struct packet *packet;

	(void)studio;
	g_mutex_lock(&browser->mutex);
	while ((packet = track_next(browser->rtcp_out, &browser->rtcp_cursor, NULL))) {
		read_rtcp_packet(browser, packet->bytes, packet->length);
		packet_unref(packet);
	}
	g_mutex_unlock(&browser->mutex);
	return false;
}

/* ---- its life ---- */

#define H264_SENDER                                                                                \
	"videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=30/1 ! x264enc "   \
	"tune=zerolatency speed-preset=ultrafast "                                                 \
	"key-int-max=30 ! video/x-h264,profile=constrained-baseline ! rtph264pay pt=102 "          \
	"ssrc=4369 mtu=300 aggregate-mode=zero-latency "                                           \
	"config-interval=-1 ! appsink name=video sync=false async=false "
#define VP8_SENDER                                                                                 \
	"videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=30/1 ! vp8enc "    \
	"deadline=1 cpu-used=8 keyframe-max-dist=30 "                                              \
	"target-bitrate=500000 ! rtpvp8pay pt=102 ssrc=4369 mtu=300 ! appsink name=video "         \
	"sync=false async=false "
#define OPUS_SENDER                                                                                \
	"audiotestsrc is-live=true freq=440 samplesperbuffer=480 ! "                               \
	"audio/x-raw,rate=48000,channels=2 ! opusenc frame-size=10 ! rtpopuspay pt=111 "           \
	"ssrc=13107 ! appsink name=audio sync=false async=false"

static void answer(struct browser *browser, const char *name)
{
	GstElement *sink = gst_bin_get_by_name(GST_BIN(browser->pipeline), name);
	GstAppSinkCallbacks callbacks = {.new_sample = on_rtp};

	if (!sink)
		return;
	gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, browser, NULL);
	gst_object_unref(sink);
}

static struct speaker_input *open_input(struct browser *browser, enum video_codec codec)
{
	struct speaker_input_spec spec = {
		.source_id = 21,
		.format = {.video = codec,
			   .video_pt = VIDEO_PT,
			   .video_rtx_pt = RTX_PT,
			   .video_ssrc = VIDEO_SSRC,
			   .video_rtx_ssrc = RTX_SSRC,
			   .has_audio = true,
			   .audio_pt = AUDIO_PT,
			   .audio_ssrc = AUDIO_SSRC,
			   .twcc_id = TWCC_ID,
			   .colour_id = COLOUR_ID},
		.rtp_in = browser->rtp,
		.rtcp_in = browser->rtcp_in,
		.rtcp_out = browser->rtcp_out,
		.picture = browser->studio->slot,
		.sound = browser->studio->ring,
		.up = browser->studio->up,
		.video_latency_ms = 200,
		.audio_latency_ms = 60,
	};
	g_autoptr(GError) error = NULL;
	struct speaker_input *input = speaker_input_create(&spec, &error);

	assert_non_null(input);
	return input;
}

static struct browser *open_browser(enum video_codec codec, const char *sender)
{
	struct browser *browser = g_new0(struct browser, 1);
	struct track_format format = {0};

	browser->studio = studio_open();
	g_mutex_init(&browser->mutex);
	browser->rtp = track_create(&format, 1024);
	browser->rtcp_in = track_create(&format, 64);
	browser->rtcp_out = track_create(&format, 256);
	browser->input = open_input(browser, codec);
	browser->pipeline = gst_parse_launch(sender, NULL);
	assert_non_null(browser->pipeline);
	answer(browser, "video");
	answer(browser, "audio");
	return browser;
}

static void close_browser(struct browser *browser)
{
	gst_element_set_state(browser->pipeline, GST_STATE_NULL);
	gst_object_unref(browser->pipeline);
	speaker_input_destroy(browser->input);
	studio_house_settle();
	track_unref(browser->rtp);
	track_unref(browser->rtcp_in);
	track_unref(browser->rtcp_out);
	studio_close(browser->studio);
	g_mutex_clear(&browser->mutex);
	g_free(browser);
}

static void play(struct browser *browser, int frames)
{
	int64_t end_ns = clock_now_ns() + PATIENCE_MS * NS_PER_MS;

	gst_element_set_state(browser->pipeline, GST_STATE_PLAYING);
	while (atomic_load(&browser->studio->frames) < frames && clock_now_ns() < end_ns)
		studio_until(browser->studio, read_rtcp, browser, 10);
}

/* ---- tests ---- */

static void check_playing(struct browser *browser, const char *codec)
{
	struct ingest_stats ingest;
	struct speaker_stats speaker;
	struct slot_stats slot;
	struct ring_stats ring;

	speaker_input_read_stats(browser->input, &ingest, &speaker);
	ring_read_stats(browser->studio->ring, &ring);
	assert_true(ring.arrived.count > 0 && ring.arrived.recent_ms > 0);
	slot_read_stats(browser->studio->slot, &slot);
	assert_true(slot.arrived.count >= slot.written && slot.arrived.recent_ms > 0);
	assert_true(speaker.picture_wait_ms > 0 && speaker.sound_wait_ms > 0);
	print_message("picture %.1f ms, of these %.1f waiting; sound waits %.1f; skew %.1f ms\n",
		      slot.arrived.recent_ms, speaker.picture_wait_ms, speaker.sound_wait_ms,
		      ingest.skew_ms);
	print_message("%s: %d pictures, %llu samples; %.1f fps, %.1f %% lost, %llu received, %llu "
		      "lost, %llu recovered, jitter %.1f ms; %d NACK, %d "
		      "PLI, %d TWCC\n",
		      codec, atomic_load(&browser->studio->frames),
		      (unsigned long long)atomic_load(&browser->studio->samples), ingest.fps,
		      speaker.loss_percent, (unsigned long long)speaker.received,
		      (unsigned long long)speaker.lost, (unsigned long long)speaker.recovered,
		      speaker.jitter_ms, browser->nacks, browser->plis, browser->twccs);
	assert_string_equal(ingest.video_codec, codec);
	assert_string_equal(ingest.audio_codec, "Opus");
	assert_int_equal(ingest.width, 320);
	assert_int_equal(ingest.height, 180);
	assert_true(speaker.received > 50);
	assert_true(speaker.kbps > 20);
	assert_true(browser->twccs > 0);
	assert_true(atomic_load(&browser->studio->samples) > 24000);
	double hz = SOUND_RATE_HZ * (double)atomic_load(&browser->studio->crossings) /
		    (double)atomic_load(&browser->studio->samples);

	assert_true(hz > 420 && hz < 450);
	assert_int_equal(studio_count(browser->studio, NOTE_SOURCE_LIVE), 1);
	assert_int_equal(studio_count(browser->studio, NOTE_SOURCE_FAILED), 0);
}

static void plays(enum video_codec codec, const char *sender, const char *name)
{
	struct browser *browser = open_browser(codec, sender);

	play(browser, 60);
	assert_true(atomic_load(&browser->studio->frames) >= 60);
	check_playing(browser, name);
	assert_int_equal(browser->nacks, 0);
	gst_element_set_state(browser->pipeline, GST_STATE_PAUSED);
	assert_non_null(studio_note(browser->studio, NOTE_SOURCE_STALLED, PATIENCE_MS));
	close_browser(browser);
}

static void h264_plays(void **state)
{
	(void)state;
	plays(VIDEO_H264, H264_SENDER OPUS_SENDER, "H.264");
}

static void vp8_plays(void **state)
{
	(void)state;
	plays(VIDEO_VP8, VP8_SENDER OPUS_SENDER, "VP8");
}

/* Counts are taken twice a second. */
static void wait_for_stats(struct browser *browser, bool (*are_good)(const struct speaker_stats *),
			   struct speaker_stats *speaker)
{
	struct ingest_stats ingest;

	for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 100) {
		studio_run(browser->studio, 100);
		speaker_input_read_stats(browser->input, &ingest, speaker);
		if (are_good(speaker))
			return;
	}
}

static bool recovered_some(const struct speaker_stats *speaker)
{
	return speaker->recovered > 0 && speaker->lost >= speaker->recovered;
}

static bool received_all_that_may(const struct speaker_stats *speaker)
{
	return speaker->received >= ALLOWED;
}

static void what_is_lost_is_asked_for_again(void **state)
{
	struct browser *browser = open_browser(VIDEO_VP8, VP8_SENDER OPUS_SENDER);
	struct speaker_stats speaker;

	(void)state;
	browser->drop_each = 20;
	play(browser, 90);
	check_playing(browser, "VP8");
	assert_true(browser->nacks > 0);
	assert_true(atomic_load(&browser->resent) > 0);
	wait_for_stats(browser, recovered_some, &speaker);
	assert_true(speaker.recovered > 0);
	assert_true(speaker.lost >= speaker.recovered);
	close_browser(browser);
}

static void replace_sender(struct browser *browser, const char *sender)
{
	gst_element_set_state(browser->pipeline, GST_STATE_NULL);
	gst_object_unref(browser->pipeline);
	browser->pipeline = gst_parse_launch(sender, NULL);
	assert_non_null(browser->pipeline);
	answer(browser, "video");
	answer(browser, "audio");
}

/* The browser begins anew in the same session, with other SSRCs. */
static void another_ssrc_takes_over(void **state)
{
	struct browser *browser = open_browser(VIDEO_VP8, VP8_SENDER OPUS_SENDER);

	(void)state;
	play(browser, 20);
	g_autofree char *text = g_strdup(VP8_SENDER OPUS_SENDER);

	memcpy(strstr(text, "ssrc=4369"), "ssrc=4444", 9);
	memcpy(strstr(text, "ssrc=13107"), "ssrc=55555", 10);
	replace_sender(browser, text);
	int frames = atomic_load(&browser->studio->frames);
	uint64_t samples = atomic_load(&browser->studio->samples);

	play(browser, frames + 30);
	assert_true(atomic_load(&browser->studio->frames) >= frames + 30);
	assert_true(atomic_load(&browser->studio->samples) > samples + 24000);
	assert_int_equal(studio_count(browser->studio, NOTE_SOURCE_FAILED), 0);
	close_browser(browser);
}

/* ---- colours ---- */

#define RED   0xff0000u
#define GREEN 0x00ff00u

static double part(unsigned rgb, int at)
{
	return (double)(rgb >> at & 255) / 255;
}

/* ITU-R BT.709-6, items 3.2 to 3.4. */
static void to_709(unsigned rgb, int yuv[3])
{
	double r = part(rgb, 16), g = part(rgb, 8), b = part(rgb, 0);
	double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;

	yuv[0] = (int)(16.5 + 219 * y);
	yuv[1] = (int)(128.5 + 224 * (b - y) / 1.8556);
	yuv[2] = (int)(128.5 + 224 * (r - y) / 1.5748);
}

static bool is_of_colour(struct studio *studio, void *data)
{
	int yuv[3];

	to_709(*(unsigned *)data, yuv);
	return abs(atomic_load(&studio->luma) - yuv[0]) <= 3 &&
	       abs(atomic_load(&studio->u) - yuv[1]) <= 3 &&
	       abs(atomic_load(&studio->v) - yuv[2]) <= 3;
}

/* A browser's picture of one colour, in this colorimetry before the encoder; by way of RGB, as
 * videoconvert leaves a mere change of range out. */
static char *coloured(unsigned rgb, const char *colorimetry, const char *size, const char *encoder)
{
	return g_strdup_printf(
		"videotestsrc is-live=true pattern=solid-color foreground-color=%u ! "
		"video/x-raw,format=BGRx,%s,framerate=30/1 ! videoconvert ! "
		"video/x-raw,format=I420,colorimetry=%s ! %s ! "
		"appsink name=video sync=false async=false " OPUS_SENDER,
		0xff000000u | rgb, size, colorimetry, encoder);
}

#define SMALL "width=320,height=180"
#define LARGE "width=1280,height=720"
#define VP8                                                                                        \
	"vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 target-bitrate=500000 ! rtpvp8pay "     \
	"pt=102 ssrc=4369"
/* Says in its packets' headers what it was told. */
#define VP8_SAID                                                                                   \
	VP8 " ! application/x-rtp,extmap-5=(string)"                                               \
	    "http://www.webrtc.org/experiments/rtp-hdrext/color-space"
/* Writes no VUI at all. */
#define H264_BARE "openh264enc gop-size=30 ! rtph264pay config-interval=-1 pt=102 ssrc=4369"
/* Says in its VUI what it was told. */
#define H264_VUI                                                                                   \
	"x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! "                        \
	"video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 pt=102 "        \
	"ssrc=4369"

static void shows(struct browser *browser, unsigned rgb, const char *what)
{
	struct studio *studio = browser->studio;
	int yuv[3];

	gst_element_set_state(browser->pipeline, GST_STATE_PLAYING);
	bool is_so = studio_until(studio, is_of_colour, &rgb, PATIENCE_MS);

	to_709(rgb, yuv);
	print_message("%06x, %s: %d %d %d, in BT.709 %d %d %d\n", rgb, what,
		      atomic_load(&studio->luma), atomic_load(&studio->u), atomic_load(&studio->v),
		      yuv[0], yuv[1], yuv[2]);
	assert_true(is_so);
}

static void check_colour(enum video_codec codec, unsigned rgb, const char *colorimetry,
			 const char *size, const char *encoder)
{
	g_autofree char *sender = coloured(rgb, colorimetry, size, encoder);
	struct browser *browser = open_browser(codec, sender);

	shows(browser, rgb, encoder);
	close_browser(browser);
}

static void vp8_is_bt601(void **state)
{
	(void)state;
	check_colour(VIDEO_VP8, RED, "bt601", SMALL, VP8);
	check_colour(VIDEO_VP8, GREEN, "bt601", LARGE, VP8);
}

/* Chromium's pictures of a canvas are BT.709's in full range. */
static void vp8_is_what_its_packets_say(void **state)
{
	(void)state;
	check_colour(VIDEO_VP8, RED, "1:3:7:1", SMALL, VP8_SAID);
	check_colour(VIDEO_VP8, GREEN, "bt709", LARGE, VP8_SAID);
}

/* However high it is. */
static void h264_that_does_not_say_is_bt601(void **state)
{
	(void)state;
	check_colour(VIDEO_H264, RED, "bt601", SMALL, H264_BARE);
	check_colour(VIDEO_H264, GREEN, "bt601", LARGE, H264_BARE);
}

static void h264_is_what_it_says(void **state)
{
	(void)state;
	check_colour(VIDEO_H264, RED, "bt709", SMALL, H264_VUI);
	check_colour(VIDEO_H264, GREEN, "bt709", LARGE, H264_VUI);
	check_colour(VIDEO_H264, GREEN, "bt601", LARGE, H264_VUI);
	check_colour(VIDEO_H264, RED, "1:4:0:0", SMALL, H264_VUI);
}

/* The same decoder sees other sizes and another VUI, and one without again. */
static void colours_are_followed(void **state)
{
	static const struct {
		unsigned rgb;
		const char *colorimetry, *size, *encoder;
	} turns[] = {{RED, "bt601", SMALL, H264_BARE},
		     {GREEN, "bt709", LARGE, H264_VUI},
		     {RED, "bt601", LARGE, H264_BARE}};
	struct browser *browser = NULL;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(turns); i++) {
		g_autofree char *sender = coloured(turns[i].rgb, turns[i].colorimetry,
						   turns[i].size, turns[i].encoder);
		char *ssrc = strstr(sender, "ssrc=4369");

		ssrc[8] = (char)('0' + i);
		if (browser)
			replace_sender(browser, sender);
		else
			browser = open_browser(VIDEO_H264, sender);
		shows(browser, turns[i].rgb, turns[i].encoder);
	}
	assert_int_equal(studio_count(browser->studio, NOTE_SOURCE_FAILED), 0);
	close_browser(browser);
}

static void rubbish_does_no_harm(void **state)
{
	struct browser *browser = open_browser(VIDEO_H264, H264_SENDER OPUS_SENDER);
	GRand *rand = g_rand_new_with_seed(7);
	int threads = studio_threads();

	(void)state;
	for (int i = 0; i < 3000; i++) {
		uint8_t bytes[200];

		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (uint8_t)g_rand_int(rand);
		if (i % 2) {
			bytes[0] = 0x80;
			bytes[1] = i % 4 == 1 ? VIDEO_PT : AUDIO_PT;
		}
		write_rtp(browser, bytes, (size_t)g_rand_int_range(rand, 1, sizeof(bytes)));
	}
	g_rand_free(rand);
	print_message("%d threads more\n", studio_threads() - threads);
	assert_true(studio_threads() - threads < 40);
	close_browser(browser);
}

static void write_opus(struct browser *browser, uint16_t seq)
{
	const uint32_t time = seq * 960u;
	const uint8_t silence[] = {0x80,
				   AUDIO_PT,
				   (uint8_t)(seq >> 8),
				   (uint8_t)seq,
				   (uint8_t)(time >> 24),
				   (uint8_t)(time >> 16),
				   (uint8_t)(time >> 8),
				   (uint8_t)time,
				   0,
				   0,
				   AUDIO_SSRC >> 8,
				   AUDIO_SSRC & 255,
				   0xf8,
				   0xff,
				   0xfe};

	write_rtp(browser, silence, sizeof(silence));
}

/* Sound is decoded before all other work is done: so much more than there can be is left out. What is left out are gaps, for which the jitter
 * buffer throws away what it still has: so it is given time for what may go on. */
static void a_flood_of_sound_is_cut_off(void **state)
{
	struct browser *browser = open_browser(VIDEO_H264, H264_SENDER OPUS_SENDER);
	struct ingest_stats ingest;
	struct speaker_stats speaker;

	(void)state;
	for (int i = 0; i < ALLOWED; i++)
		write_opus(browser, (uint16_t)i);
	wait_for_stats(browser, received_all_that_may, &speaker);
	assert_true(speaker.received >= 400);
	for (int i = ALLOWED; i < FLOOD; i++)
		write_opus(browser, (uint16_t)i);
	studio_run(browser->studio, 1500); /* counts are taken twice a second */
	speaker_input_read_stats(browser->input, &ingest, &speaker);
	print_message("%llu of %d went on\n", (unsigned long long)speaker.received, FLOOD);
	assert_true(speaker.received >= 400 && speaker.received < FLOOD / 2);
	close_browser(browser);
}

/* One thread, that lets go of the sound and decodes it. It is of a pool: whoever has it next does not come first. From the second time on threads
 * wait in the pool, and begin before rtpbin says that it has a jitter buffer. */
static void sound_comes_first_while_it_flows(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct browser *browser = open_browser(VIDEO_H264, H264_SENDER OPUS_SENDER);

		play(browser, 10);
		assert_true(studio_samples(browser->studio, 4800, PATIENCE_MS));
		if (studio_hurried() >= 0)
			assert_int_equal(studio_hurried(), 1);
		close_browser(browser);
		assert_true(studio_hurried() <= 0);
	}
}

/* What is sent as a stream of sound need not be sound: pictures are never decoded first. */
static void pictures_in_the_place_of_sound_wait_their_turn(void **state)
{
	g_auto(GStrv) parts = g_strsplit(H264_SENDER, "ssrc=4369", 2);
	g_autofree char *text = g_strjoinv("ssrc=13107", parts);
	struct browser *browser = open_browser(VIDEO_H264, text);

	(void)state;
	play(browser, 10);
	assert_true(atomic_load(&browser->studio->frames) >= 10);
	assert_true(studio_hurried() <= 0);
	close_browser(browser);
}

/* The end comes while packets flow; 10 times, and threads and memory do not grow. */
static void it_may_end_while_packets_flow(void **state)
{
	struct browser *browser = open_browser(VIDEO_H264, H264_SENDER OPUS_SENDER);
	long rss = 0;

	(void)state;
	play(browser, 10);
	for (int i = 0; i < 10; i++) {
		int frames = atomic_load(&browser->studio->frames);

		speaker_input_destroy(browser->input); /* and packets go on into the track */
		studio_run(browser->studio, 50);
		gst_element_set_state(browser->pipeline, GST_STATE_NULL);
		track_unref(browser->rtp);
		track_unref(browser->rtcp_in);
		browser->rtp = track_create(&(struct track_format){0}, 1024);
		browser->rtcp_in = track_create(&(struct track_format){0}, 64);
		browser->input = open_input(browser, VIDEO_H264);
		play(browser, frames + 5);
		assert_true(atomic_load(&browser->studio->frames) >= frames + 5);
		if (i == 4)
			rss = studio_rss_kb();
	}
	print_message("RSS %ld kB after 5, %ld kB after 10\n", rss, studio_rss_kb());
	close_browser(browser);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(h264_plays),
		cmocka_unit_test(vp8_plays),
		cmocka_unit_test(what_is_lost_is_asked_for_again),
		cmocka_unit_test(another_ssrc_takes_over),
		cmocka_unit_test(vp8_is_bt601),
		cmocka_unit_test(vp8_is_what_its_packets_say),
		cmocka_unit_test(h264_that_does_not_say_is_bt601),
		cmocka_unit_test(h264_is_what_it_says),
		cmocka_unit_test(colours_are_followed),
		cmocka_unit_test(rubbish_does_no_harm),
		cmocka_unit_test(a_flood_of_sound_is_cut_off),
		cmocka_unit_test(sound_comes_first_while_it_flows),
		cmocka_unit_test(pictures_in_the_place_of_sound_wait_their_turn),
		cmocka_unit_test(it_may_end_while_packets_flow),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, studio_house_open, studio_house_close);
}
