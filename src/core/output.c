/* SPDX-License-Identifier: EUPL-1.2 */
#include "output.h"

#include "encoder.h"
#include "meter.h"
#include "ring.h"
#include "settings.h"
#include "slot.h"
#include "state.h"
#include "track.h"

#define PICTURE_PACKETS 2048 /* some seconds: the history that lost packets are sent again from */
#define SOUND_PACKETS	256
#define SOUND_RING_MS	500
#define PICTURE_PT	96 /* as encoded; each peer gets the payload type of its offer */
#define SOUND_PT	111

static struct track *create_track(bool is_video)
{
	struct track_format format = {
		.ssrc = g_random_int() | 1,
		.clock_hz = is_video ? 90000 : 48000,
		.payload_type = is_video ? PICTURE_PT : SOUND_PT,
		.is_video = is_video,
	};

	return track_create(&format, is_video ? PICTURE_PACKETS : SOUND_PACKETS);
}

bool output_open_picture(struct show *show, struct output *output,
			 const struct picture_shape *shape, GError **error)
{
	const struct settings *settings = show->settings;

	output->bus_id = show_new_id(show);
	if (show->is_dry)
		return true;
	output->slot = slot_create();
	output->track = create_track(true);
	struct picture_encoder_spec spec = {
		.bus_id = output->bus_id,
		.width = shape->width,
		.height = shape->height,
		.fps = shape->fps ? shape->fps : settings->fps,
		.kbps = shape->kbps,
		.preset = shape->preset ? shape->preset : settings->x264_preset,
		.profile = settings->h264_profile,
		.key_interval_ms = settings->key_interval_ms,
		.in = output->slot,
		.out = output->track,
		.up = show->up,
	};

	output->encoder = encoder_create_picture(&spec, error);
	if (!output->encoder)
		output_close(output);
	return output->encoder != NULL;
}

bool output_open_sound(struct show *show, struct output *output, int kbps, GError **error)
{
	output->bus_id = show_new_id(show);
	if (show->is_dry)
		return true;
	output->ring = ring_create(SOUND_RING_MS, 10);
	output->meter = meter_create();
	output->track = create_track(false);
	struct sound_encoder_spec spec = {
		.bus_id = output->bus_id,
		.kbps = kbps,
		.in = output->ring,
		.out = output->track,
		.up = show->up,
	};

	output->encoder = encoder_create_sound(&spec, error);
	if (!output->encoder)
		output_close(output);
	return output->encoder != NULL;
}

void output_close(struct output *output)
{
	encoder_destroy(output->encoder);
	track_unref(output->track);
	meter_unref(output->meter);
	ring_unref(output->ring);
	slot_unref(output->slot);
	*output = (struct output){0};
}
