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
	int64_t pts_ns = sample_time_next(&encoder->sound_time, clock_now_ns());

	if (track_is_wanted(encoder->track) && encoder_pipeline(encoder))
		encode(encoder, (GstClockTime)pts_ns);
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
