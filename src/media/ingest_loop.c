/* SPDX-License-Identifier: EUPL-1.2
 *
 * The message bus of an ingest, and files that begin again.
 */
#include "ingest_private.h"
#include "reaper.h"

/* On the reaper's thread, so never after the pipeline's end. */
static void seek_to_start(void *data)
{
	struct ingest *ingest = data;

	if (!atomic_load(&ingest->outlet.gate.is_closed))
		gst_element_seek(ingest->pipeline, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_SEGMENT,
				 GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1);
	ingest_unref(ingest);
}

/* A file that is played for ever is asked for segments, which end without draining the sinks. */
static void begin_playing(void *data)
{
	struct ingest *ingest = data;

	if (!atomic_load(&ingest->outlet.gate.is_closed)) {
		if (!ingest->is_once)
			gst_element_seek(ingest->pipeline, 1, GST_FORMAT_TIME,
					 GST_SEEK_FLAG_SEGMENT | GST_SEEK_FLAG_FLUSH,
					 GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1);
		gst_element_set_state(ingest->pipeline, GST_STATE_PLAYING);
	}
	ingest_unref(ingest);
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
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_ERROR:
		on_error(ingest, message);
		break;
	case GST_MESSAGE_EOS:
		if (ingest->kind != INGEST_STILL)
			outlet_end(&ingest->outlet, NOTE_SOURCE_LOST, "its end");
		break;
	case GST_MESSAGE_SEGMENT_DONE:
		reaper_run(seek_to_start, ingest_ref(ingest));
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
