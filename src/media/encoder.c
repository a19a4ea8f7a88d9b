/* SPDX-License-Identifier: EUPL-1.2
 *
 *   slot --bell (mix thread)--> appsrc -> x264enc -> rtph264pay -> appsink --packets--> track
 *   ring --bell (mix thread)--> appsrc -> opusenc -> rtpopuspay -> appsink --packets--> track
 *
 *   who builds --built--> [mix thread: pipeline] --broken--> reaper        a second later somebody builds again
 *
 * The bells hold references to the encoder: one that rings after its end finds the gate closed, and it goes with the last of them.
 */
#include "encoder.h"

#include <twinstage/note.h>

#include "clock.h"
#include "encoder_private.h"
#include "error.h"
#include "launch.h"
#include "mailbox.h"
#include "reaper.h"
#include "slot.h"
#include "track.h"

#define RESTART_NS NS_PER_S

static bool build(struct encoder *encoder, GError **error);
static void restart_later(struct encoder *encoder);

static struct encoder *encoder_ref(struct encoder *encoder)
{
	atomic_fetch_add(&encoder->refs, 1);
	return encoder;
}

static void encoder_unref(void *data)
{
	struct encoder *encoder = data;

	if (atomic_fetch_sub(&encoder->refs, 1) != 1)
		return;
	g_free(encoder->preset);
	g_free(encoder->profile);
	g_free(encoder);
}

/* The pipelines are down: nobody uses them from here any more. */
static void encoder_finish(void *data)
{
	struct encoder *encoder = data;

	slot_unref(encoder->slot);
	ring_unref(encoder->ring);
	track_unref(encoder->track);
	encoder_unref(encoder);
}

/* ---- the mix thread's pipeline ---- */

static unsigned serial_of(gpointer pipeline_or_bus)
{
	return GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(pipeline_or_bus), "serial"));
}

static void let_pipeline_go(struct encoder *encoder, GstElement *pipeline)
{
	reaper_bring_down(pipeline, encoder_unref, encoder_ref(encoder));
}

GstElement *encoder_pipeline(struct encoder *encoder)
{
	GstElement *built = atomic_exchange(&encoder->built, NULL);

	if (built) {
		if (encoder->pipeline)
			let_pipeline_go(encoder, encoder->pipeline);
		encoder->pipeline = built;
		encoder->source = launch_element(built, "in");
	}
	if (encoder->pipeline && atomic_load(&encoder->broken) == serial_of(encoder->pipeline)) {
		let_pipeline_go(encoder, encoder->pipeline);
		encoder->pipeline = NULL;
	}
	return encoder->pipeline;
}

static void on_bell(void *data)
{
	struct encoder *encoder = data;

	if (!gate_enter(&encoder->gate))
		return;
	if (encoder->is_video)
		encoder_feed_picture(encoder);
	else
		encoder_feed_sound(encoder);
	gate_leave(&encoder->gate);
}

/* A reader came, or asks for a key frame: pictures are wanted again. */
static void on_key_bell(void *data)
{
	struct encoder *encoder = data;

	if (!gate_enter(&encoder->gate))
		return;
	if (track_is_wanted(encoder->track))
		slot_set_wanted(encoder->slot, true);
	gate_leave(&encoder->gate);
}

/* ---- failing and starting again ---- */

static void tell_failed(struct encoder *encoder, const char *why)
{
	if (!gate_enter(&encoder->gate))
		return;
	mailbox_post(encoder->up, note_new(NOTE_ENCODER_FAILED, encoder->bus_id, 0, why));
	gate_leave(&encoder->gate);
}

static gboolean on_restart(GstClock *clock, GstClockTime time, GstClockID id, gpointer data)
{
	struct encoder *encoder = data;
	g_autoptr(GError) error = NULL;

	(void)clock;
	(void)time;
	(void)id;
	if (atomic_load(&encoder->gate.is_closed) || build(encoder, &error))
		return TRUE;
	tell_failed(encoder, error->message);
	restart_later(encoder);
	return TRUE;
}

static void restart_later(struct encoder *encoder)
{
	g_autoptr(GstClock) clock = gst_system_clock_obtain();
	GstClockID id = gst_clock_new_single_shot_id(clock, gst_clock_get_time(clock) +
								    (GstClockTime)RESTART_NS);

	gst_clock_id_wait_async(id, on_restart, encoder_ref(encoder), encoder_unref);
	gst_clock_id_unref(id);
}

/* While it starts: that it cannot start is told by build(). */
static GstBusSyncReply on_early_message(GstBus *bus, GstMessage *message, gpointer data)
{
	(void)bus;
	(void)data;
	launch_answer_thread(message);
	gst_message_unref(message);
	return GST_BUS_DROP;
}

/* Of the errors of one pipeline the first one counts. */
static GstBusSyncReply on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct encoder *encoder = data;
	unsigned serial = serial_of(bus);

	launch_answer_thread(message);

	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR &&
	    atomic_exchange(&encoder->broken, serial) != serial) {
		g_autoptr(GError) cause = NULL;

		gst_message_parse_error(message, &cause, NULL);
		tell_failed(encoder, cause ? cause->message : "");
		restart_later(encoder);
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

/* ---- building ---- */

static GstElement *make_pipeline(struct encoder *encoder, GError **error)
{
	GstElement *pipeline = launch_pipeline(
		encoder->is_video ? "encode/picture.launch" : "encode/sound.launch", error);
	const struct track_format *format = track_format(encoder->track);

	if (!pipeline)
		return NULL;
	launch_on_wall_time(pipeline);
	if (encoder->is_video)
		encoder_set_up_picture(encoder, pipeline);
	else
		encoder_set_up_sound(encoder, pipeline);
	g_object_set(launch_element(pipeline, "pay"), "ssrc", format->ssrc, "pt",
		     (guint)format->payload_type, NULL);
	encoder_answer_packets(encoder, launch_element(pipeline, "out"));
	return pipeline;
}

static void watch_start(GstElement *pipeline)
{
	g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);

	gst_bus_set_sync_handler(bus, on_early_message, NULL, NULL);
}

/* From now on, when it has started. */
static void watch_bus(struct encoder *encoder, GstElement *pipeline)
{
	g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
	gpointer serial = GUINT_TO_POINTER(atomic_fetch_add(&encoder->builds, 1) + 1);

	g_object_set_data(G_OBJECT(bus), "serial", serial);
	g_object_set_data(G_OBJECT(pipeline), "serial", serial);
	gst_bus_set_sync_handler(bus, on_message, encoder, NULL);
}

static void offer_pipeline(struct encoder *encoder, GstElement *pipeline)
{
	GstElement *older = NULL;

	if (gate_enter(&encoder->gate)) {
		older = atomic_exchange(&encoder->built, pipeline);
		gate_leave(&encoder->gate);
	} else {
		older = pipeline;
	}
	if (older)
		let_pipeline_go(encoder, older);
}

static bool build(struct encoder *encoder, GError **error)
{
	GstElement *pipeline = make_pipeline(encoder, error);

	if (!pipeline)
		return false;
	watch_start(pipeline);
	if (gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
		let_pipeline_go(encoder, pipeline);
		return fail(error, ERROR_MEDIA, "the %s encoder cannot start",
			    encoder->is_video ? "picture" : "sound");
	}
	watch_bus(encoder, pipeline);
	offer_pipeline(encoder, pipeline);
	return true;
}

static struct encoder *begin(struct encoder *encoder, GError **error)
{
	atomic_init(&encoder->refs, 1);
	encoder->next_seq =
		(uint16_t)(g_random_int() &
			   0x7fff); /* RFC 3550 5.1; low, so that it does not wrap at once */
	if (!build(encoder, error)) {
		gate_close(&encoder->gate);
		encoder_finish(encoder);
		return NULL;
	}
	return encoder;
}

struct encoder *encoder_create_picture(const struct picture_encoder_spec *spec, GError **error)
{
	struct encoder *encoder = g_new0(struct encoder, 1);

	encoder->is_video = true;
	encoder->bus_id = spec->bus_id;
	encoder->slot = slot_ref(spec->in);
	encoder->track = track_ref(spec->out);
	encoder->up = spec->up;
	encoder->preset = g_strdup(spec->preset);
	encoder->profile = g_strdup(spec->profile);
	encoder->width = spec->width;
	encoder->height = spec->height;
	encoder->fps = spec->fps;
	encoder->kbps = spec->kbps;
	encoder->key_interval_ms = spec->key_interval_ms;
	encoder = begin(encoder, error);
	if (encoder) {
		slot_set_wanted(encoder->slot, track_is_wanted(encoder->track));
		track_hang_key_bell(encoder->track, (struct bell){on_key_bell, encoder_ref(encoder),
								  encoder_unref});
		slot_hang_bell(encoder->slot,
			       (struct bell){on_bell, encoder_ref(encoder), encoder_unref});
	}
	return encoder;
}

struct encoder *encoder_create_sound(const struct sound_encoder_spec *spec, GError **error)
{
	struct encoder *encoder = g_new0(struct encoder, 1);

	encoder->bus_id = spec->bus_id;
	encoder->ring = ring_ref(spec->in);
	encoder->track = track_ref(spec->out);
	encoder->up = spec->up;
	encoder->kbps = spec->kbps;
	encoder = begin(encoder, error);
	if (encoder)
		ring_hang_bell(encoder->ring,
			       (struct bell){on_bell, encoder_ref(encoder), encoder_unref});
	return encoder;
}

void encoder_read_stats(const struct encoder *encoder, struct encoder_stats *stats)
{
	*stats = (struct encoder_stats){
		.frames = atomic_load(&encoder->frames),
		.key_frames = atomic_load(&encoder->key_frames),
		.bytes = atomic_load(&encoder->bytes),
		.encode_ms = atomic_load(&encoder->encode_ms),
		.kbps = atomic_load(&encoder->kbps_now),
		.last_ns = atomic_load(&encoder->last_ns),
	};
}

void encoder_destroy(struct encoder *encoder)
{
	if (!encoder)
		return;
	gate_close(&encoder->gate);
	GstElement *built = atomic_exchange(&encoder->built, NULL);

	if (built)
		let_pipeline_go(encoder, built);
	reaper_bring_down(encoder->pipeline, encoder_finish, encoder);
}
