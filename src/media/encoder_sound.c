/* SPDX-License-Identifier: EUPL-1.2
 *
 *   ring --bell (mix thread)--> [10 ms, its time counted in samples] -> appsrc
 */
#include <gst/app/gstappsrc.h>

#include "clock.h"
#include "encoder_private.h"
#include "launch.h"
#include "track.h"

/* From here on Opus codes two channels with CELT alone whatever they hold (libopus' thresholds); told so, it leaves out the 4 ms that it would
 * keep for changing over to SILK. */
#define CELT_KBPS 64

/* Of sound that the mixer left out, and time with it: a tick that is only late is made up for long before. */
#define BEHIND_NS    (45 * NS_PER_MS)
#define BEHIND_TICKS 100

/* Time counts in samples: the moment of the first, and from there on by their number. After a pause it begins anew, and where it stays behind:
 * else whoever sets it against the picture would play all that follows too early. */
static GstClockTime sound_time(struct encoder *encoder, int64_t now_ns)
{
	int64_t pts_ns = encoder->sound_begun_ns +
			 (int64_t)(encoder->sound_frames * NS_PER_S / SOUND_RATE_HZ);

	encoder->behind_ticks = now_ns - pts_ns > BEHIND_NS ? encoder->behind_ticks + 1 : 0;
	if (!encoder->sound_begun_ns || now_ns - pts_ns > NS_PER_S ||
	    encoder->behind_ticks > BEHIND_TICKS) {
		encoder->sound_begun_ns = pts_ns = now_ns;
		encoder->sound_frames = 0;
		encoder->behind_ticks = 0;
	}
	encoder->sound_frames += SOUND_TICK_FRAMES;
	return (GstClockTime)pts_ns;
}

static void encode(struct encoder *encoder, GstClockTime pts)
{
	GstBuffer *buffer = gst_buffer_new_memdup(encoder->sound, sizeof(encoder->sound));

	GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = pts;
	GST_BUFFER_DURATION(buffer) = 10 * GST_MSECOND;
	gst_app_src_push_buffer(GST_APP_SRC(encoder->source), buffer);
}

/* Time goes on where nobody listens; the work does not. */
static void take_tick(struct encoder *encoder)
{
	GstClockTime pts = sound_time(encoder, clock_now_ns());

	if (track_is_wanted(encoder->track) && encoder_pipeline(encoder))
		encode(encoder, pts);
}

/* All that waits: what is left over would wait for ever. */
void encoder_feed_sound(struct encoder *encoder)
{
	for (;;) {
		encoder->sound_waiting += ring_drain(
			encoder->ring, encoder->sound + encoder->sound_waiting * SOUND_CHANNELS,
			SOUND_TICK_FRAMES - encoder->sound_waiting);
		if (encoder->sound_waiting < SOUND_TICK_FRAMES)
			return;
		encoder->sound_waiting = 0;
		take_tick(encoder);
	}
}

void encoder_set_up_sound(const struct encoder *encoder, GstElement *pipeline)
{
	GstElement *opus = launch_element(pipeline, "encoder");

	launch_hurry(pipeline);
	g_object_set(opus, "bitrate", encoder->kbps * 1000, NULL);
	if (encoder->kbps >= CELT_KBPS)
		gst_util_set_object_arg(G_OBJECT(opus), "audio-type", "restricted-lowdelay");
}
