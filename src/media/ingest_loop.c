/* SPDX-License-Identifier: EUPL-1.2
 *
 * The message bus of an ingest, and files that begin again.
 */
#include "clock.h"
#include "ingest_private.h"
#include "launch.h"
#include "reaper.h"

#define LEAST_LENGTH_NS (200 * NS_PER_MS)

/* All on the reaper's thread, so never after the pipeline's end. */

static bool seek_to_start(struct ingest *ingest, GstSeekFlags flags)
{
	return gst_element_seek(ingest->pipeline, 1, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, 0,
				GST_SEEK_TYPE_NONE, -1);
}

static void begin_segment(void *data)
{
	struct ingest *ingest = data;

	if (!atomic_load(&ingest->outlet.gate.is_closed))
		seek_to_start(ingest, GST_SEEK_FLAG_SEGMENT);
	ingest_unref(ingest);
}

/* A file that is played for ever is asked for segments, which end without draining the sinks. A demuxer that knows none (MPEG-TS) ends instead,
 * and is sent to the start again with a gap. */
static void begin_playing(void *data)
{
	struct ingest *ingest = data;

	if (!atomic_load(&ingest->outlet.gate.is_closed)) {
		if (!ingest->is_once && !atomic_load(&ingest->is_unsegmented))
			seek_to_start(ingest, GST_SEEK_FLAG_SEGMENT | GST_SEEK_FLAG_FLUSH);
		gst_element_set_state(ingest->pipeline, GST_STATE_PLAYING);
	}
	ingest_unref(ingest);
}

static void rewind_file(void *data)
{
	struct ingest *ingest = data;

	if (!atomic_load(&ingest->outlet.gate.is_closed) &&
	    !seek_to_start(ingest, GST_SEEK_FLAG_FLUSH))
		outlet_end(&ingest->outlet, NOTE_SOURCE_LOST, "its end, and it cannot be rewound");
	ingest_unref(ingest);
}

/* ---- messages ---- */

/* A file that ends as soon as it begins is not played for ever. */
static void on_end(struct ingest *ingest)
{
	int64_t now_ns = clock_now_ns(), before_ns = atomic_exchange(&ingest->ended_ns, now_ns);

	if (ingest->kind == INGEST_FILE && !ingest->is_once && now_ns - before_ns > LEAST_LENGTH_NS)
		reaper_run(rewind_file, ingest_ref(ingest));
	else if (ingest->kind != INGEST_STILL)
		outlet_end(&ingest->outlet, NOTE_SOURCE_LOST, "its end");
}

static void on_error(struct ingest *ingest, GstMessage *message)
{
	g_autoptr(GError) cause = NULL;

	gst_message_parse_error(message, &cause, NULL);
	outlet_end(&ingest->outlet, NOTE_SOURCE_FAILED,
		   cause ? cause->message : "its media cannot be used");
}

/* On the thread that posts. Nothing is left on the message bus: nobody would read it. */
static GstBusSyncReply on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct ingest *ingest = data;

	(void)bus;
	launch_answer_thread(message);
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_ERROR:
		on_error(ingest, message);
		break;
	case GST_MESSAGE_EOS:
		on_end(ingest);
		break;
	case GST_MESSAGE_SEGMENT_DONE:
		reaper_run(begin_segment, ingest_ref(ingest));
		break;
	case GST_MESSAGE_ASYNC_DONE:
		if (ingest->kind == INGEST_FILE && !atomic_exchange(&ingest->is_playing, true))
			reaper_run(begin_playing, ingest_ref(ingest));
		break;
	default:
		break;
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

void ingest_watch_bus(struct ingest *ingest)
{
	g_autoptr(GstBus) bus = gst_element_get_bus(ingest->pipeline);

	gst_bus_set_sync_handler(bus, on_message, ingest, NULL);
}
