/* SPDX-License-Identifier: EUPL-1.2 */
#include "rig.h"

#include "backstage.h"
#include "disk.h"
#include "error.h"
#include "ingest.h"
#include "mixer.h"
#include "multiview.h"
#include "names.h"
#include "output.h"
#include "painter.h"
#include "port.h"
#include "rendition.h"
#include "ring.h"
#include "settings.h"
#include "slot.h"
#include "snapshot.h"
#include "srt_listener.h"
#include "state.h"

#define MOST_SRT_SOURCES 64

static bool open_mixer(struct show *show, GError **error)
{
	const struct settings *settings = show->settings;
	struct mixer_config config = {
		.width = settings->width,
		.height = settings->height,
		.fps = settings->fps,
		.hold_ms = settings->hold_ms,
	};

	show->mixer = mixer_create(&config, show->up, error);
	return show->mixer != NULL;
}

static bool open_ports(struct show *show, GError **error)
{
	const struct settings *settings = show->settings;
	struct rtc_config rtc = {
		.udp_port = settings->rtc_port,
		.public_port = settings->rtc_public_port,
		.addresses = settings->rtc_address,
		.max_kbps = settings->speaker_kbps,
		.workers = settings->rtc_workers,
	};

	show->rtc = rtc_port_create(&rtc, show->up, error);
	if (!show->rtc)
		return false;
	if (settings->srt_port)
		show->srt = srt_listener_create(settings->srt_port, show->up, error);
	return show->srt || !settings->srt_port;
}

static bool open_outputs(struct show *show, GError **error)
{
	const struct settings *settings = show->settings;

	const struct picture_shape program = {
		.width = settings->width, .height = settings->height, .kbps = settings->video_kbps};
	struct picture_shape room = program;

	room.kbps = settings->room_kbps;

	return output_open_picture(show, &show->program_picture, &program, error) &&
	       output_open_picture(show, &show->room_picture, &room, error) &&
	       output_open_picture(show, &show->preview_picture, &program, error) &&
	       rendition_open(show, error) && multiview_open(show, error) &&
	       output_open_sound(show, &show->program_sound, settings->audio_kbps, error) &&
	       output_open_sound(show, &show->room_sound, settings->audio_kbps, error);
}

/* A show without its slate's picture goes on with a grey one. */
static void load_usual_slate(struct show *show)
{
	const char *chosen = show->settings->slate_picture;
	g_autofree char *own = g_build_filename(show->settings->web_dir, "slate.png", NULL);
	g_autoptr(GError) error = NULL;

	if (rig_load_slate(show, *chosen ? chosen : own, &error))
		return;
	g_free(show->slate_failure);
	show->slate_failure = g_strdup(error->message);
}

static void open_slate(struct show *show)
{
	show->slate_slot = slot_create();
	show->slate_ring = ring_create(100, 10);
	load_usual_slate(show);
}

void rig_reset_slate(struct show *show)
{
	if (!*show->slate_picture)
		return;
	*show->slate_picture = '\0';
	if (!show->is_dry)
		load_usual_slate(show);
}

bool rig_open(struct show *show, GError **error)
{
	if (!open_outputs(show, error))
		return false;
	if (show->is_dry)
		return true;
	show->backstage = backstage_create(show->up);
	show->painter = painter_create();
	if (!open_mixer(show, error) || !open_ports(show, error))
		return false;
	open_slate(show);
	return true;
}

void rig_close(struct show *show)
{
	output_close(&show->program_picture);
	output_close(&show->room_picture);
	output_close(&show->preview_picture);
	output_close(&show->small_picture);
	multiview_close(show);
	output_close(&show->program_sound);
	output_close(&show->room_sound);
	ingest_destroy(show->slate);
	srt_listener_destroy(show->srt);
	rtc_port_destroy(show->rtc);
	painter_destroy(show->painter);
	mixer_destroy(show->mixer);
	names_forget(show);
	snapshots_forget(show);
	backstage_destroy(show->backstage);
	slot_unref(show->slate_slot);
	ring_unref(show->slate_ring);
	g_free(show->slate_failure);
}

static enum ingest_kind ingest_kind_of(enum source_kind kind)
{
	switch (kind) {
	case SOURCE_FILE:
		return INGEST_FILE;
	case SOURCE_STILL:
		return INGEST_STILL;
	case SOURCE_TEST:
		return INGEST_TEST;
	default:
		return INGEST_UNSET;
	}
}

static struct ingest *start(struct show *show, enum ingest_kind kind, struct source *source,
			    const char *path, GError **error)
{
	struct ingest_spec spec = {
		.kind = kind,
		.source_id = source ? source->id : 0,
		.path = path,
		.is_once = source && source->is_once,
		.width = show->settings->width,
		.height = show->settings->height,
		.fps = show->settings->fps,
		.picture = source ? source->slot : show->slate_slot,
		.sound = source ? source->ring : show->slate_ring,
		.up = show->up,
	};

	return ingest_create(&spec, error);
}

bool rig_start_source(struct show *show, struct source *source, GError **error)
{
	enum ingest_kind kind = ingest_kind_of(source->kind);

	if (source->path && !disk_check(source->path, 0, error))
		return false;
	if (show->is_dry || kind == INGEST_UNSET)
		return true;
	source->ingest = start(show, kind, source, source->path, error);
	return source->ingest != NULL;
}

void rig_stop_source(struct source *source)
{
	ingest_destroy(source->ingest);
	source->ingest = NULL;
}

void rig_allow_callers(struct show *show)
{
	struct srt_source callers[MOST_SRT_SOURCES];
	int n = 0;

	if (!show->srt)
		return;
	for (guint i = 0; i < show->sources->len && n < MOST_SRT_SOURCES; i++) {
		const struct source *source = show->sources->pdata[i];

		if (source->kind == SOURCE_SRT)
			callers[n++] = (struct srt_source){
				.source_id = source->id,
				.stream_id = source->name,
				.passphrase = source->passphrase,
				.latency_ms = source->latency_ms ? source->latency_ms
								 : show->settings->srt_latency_ms,
				.picture = source->slot,
				.sound = source->ring,
			};
	}
	srt_listener_allow(show->srt, callers, n);
}

bool rig_load_slate(struct show *show, const char *picture, GError **error)
{
	if (!disk_check(picture, 0, error))
		return false;
	if (show->is_dry)
		return true;
	struct ingest *older = show->slate;
	struct ingest *newer = start(show, INGEST_STILL, NULL, picture, error);

	if (!newer)
		return false;
	ingest_destroy(older);
	show->slate = newer;
	return true;
}
