/* SPDX-License-Identifier: EUPL-1.2 */
#include "fakes.h"

#include <string.h>

#include "backstage.h"
#include "encoder.h"
#include "error.h"
#include "frame.h"
#include "ingest.h"
#include "painter.h"
#include "paint.h"
#include "port.h"
#include "speaker_input.h"
#include "srt_listener.h"

struct fakes fakes;

/* What any of them is: something that can be told from another. */
struct thing {
	int unused;
};

static void *make(int *count, bool shall_fail, const char *what, GError **error)
{
	if (shall_fail) {
		fail(error, ERROR_MEDIA, "no %s today", what);
		return NULL;
	}
	++*count;
	return g_new0(struct thing, 1);
}

static void unmake(int *count, void *thing)
{
	if (!thing)
		return;
	--*count;
	g_free(thing);
}

static void forget_callers(void)
{
	for (int i = 0; i < fakes.n_callers; i++) {
		g_free(fakes.callers[i].stream_id);
		g_free(fakes.callers[i].passphrase);
	}
	fakes.n_callers = 0;
}

void fakes_reset(void)
{
	g_free(fakes.picture);
	g_free(fakes.sound);
	g_free(fakes.still);
	graphic_free(fakes.graphic);
	g_free(fakes.saved_path);
	forget_callers();
	fakes = (struct fakes){.mixer.video_ticks = 1, .encode_ms = 5};
}

/* ---- mixer ---- */

struct mixer *mixer_create(const struct mixer_config *config, struct mailbox *up, GError **error)
{
	(void)config;
	(void)up;
	return make(&fakes.mixers, fakes.no_mixer, "mixer", error);
}

struct picture_plan *picture_plan_create(void)
{
	return g_new0(struct picture_plan, 1);
}

struct sound_plan *sound_plan_create(void)
{
	return g_new0(struct sound_plan, 1);
}

void mixer_show(struct mixer *mixer, struct picture_plan *plan)
{
	(void)mixer;
	g_free(fakes.picture);
	fakes.picture = plan;
	fakes.n_pictures++;
}

void mixer_route(struct mixer *mixer, struct sound_plan *plan)
{
	(void)mixer;
	g_free(fakes.sound);
	fakes.sound = plan;
}

void mixer_read_stats(const struct mixer *mixer, struct mixer_stats *stats)
{
	(void)mixer;
	*stats = fakes.mixer;
}

void mixer_destroy(struct mixer *mixer)
{
	unmake(&fakes.mixers, mixer);
}

/* ---- painter ---- */

struct painter *painter_create(void)
{
	return make(&fakes.painters, false, "painter", NULL);
}

void painter_paint(struct painter *painter, uint64_t id, struct easel *easel,
		   const struct graphic *graphic)
{
	(void)painter;
	g_assert(id && easel);
	graphic_free(fakes.graphic);
	fakes.graphic = graphic_copy(graphic);
	fakes.graphic_id = id;
}

void painter_write(struct painter *painter, struct easel *easel, const struct paint_text *text)
{
	(void)painter;
	fakes.painted++;
	for (int i = 0; i < FAKE_MOST_LABELS; i++) {
		struct fake_label *label = &fakes.labels[i];

		if (label->easel && label->easel != easel)
			continue;
		*label = (struct fake_label){.easel = easel, .plate = text->background};
		g_strlcpy(label->text, text->text, sizeof(label->text));
		return;
	}
	g_assert_not_reached();
}

static const struct fake_label *label_of(const struct easel *easel)
{
	for (int i = 0; i < FAKE_MOST_LABELS; i++)
		if (fakes.labels[i].easel == easel)
			return &fakes.labels[i];
	g_assert_not_reached();
}

const char *fake_label(const struct easel *easel)
{
	return label_of(easel)->text;
}

uint32_t fake_plate(const struct easel *easel)
{
	return label_of(easel)->plate;
}

void painter_stop(struct painter *painter, uint64_t id)
{
	(void)painter;
	g_assert(id);
	fakes.stopped++;
}

void painter_destroy(struct painter *painter)
{
	unmake(&fakes.painters, painter);
}

/* ---- backstage ---- */

struct backstage *backstage_create(struct mailbox *up)
{
	(void)up;
	return (struct backstage *)make(&fakes.backstages, false, "backstage", NULL);
}

void backstage_destroy(struct backstage *backstage)
{
	unmake(&fakes.backstages, backstage);
}

void backstage_read(struct backstage *backstage, uint64_t id, struct easel *easel, const char *path,
		    int most_width, int most_height)
{
	(void)backstage;
	g_assert(id && easel && path && most_width > 0 && most_height > 0);
	fakes.read_id = id;
}

void backstage_save(struct backstage *backstage, uint64_t id, struct frame *frame, const char *path)
{
	(void)backstage;
	(void)frame;
	fakes.saved_id = id;
	g_free(fakes.saved_path);
	fakes.saved_path = g_strdup(path);
}

/* ---- inputs ---- */

struct ingest *ingest_create(const struct ingest_spec *spec, GError **error)
{
	struct ingest *ingest = make(&fakes.ingests, fakes.no_ingest, "ingest", error);

	if (ingest && spec->kind == INGEST_STILL) {
		g_free(fakes.still);
		fakes.still = g_strdup(spec->path);
	}
	fakes.ingests_ever += ingest != NULL;
	return ingest;
}

void ingest_read_stats(const struct ingest *ingest, struct ingest_stats *stats)
{
	(void)ingest;
	*stats = (struct ingest_stats){
		.width = 640, .height = 360, .fps = 25, .video_codec = "H.264"};
}

void ingest_destroy(struct ingest *ingest)
{
	unmake(&fakes.ingests, ingest);
}

struct srt_listener *srt_listener_create(int port, struct mailbox *up, GError **error)
{
	(void)port;
	(void)up;
	return make(&fakes.listeners, fakes.no_listener, "SRT listener", error);
}

void srt_listener_allow(struct srt_listener *listener, const struct srt_source *sources,
			int n_sources)
{
	(void)listener;
	forget_callers();
	for (int i = 0; i < n_sources; i++)
		fakes.callers[fakes.n_callers++] = (struct fake_caller){
			.source_id = sources[i].source_id,
			.stream_id = g_strdup(sources[i].stream_id),
			.passphrase = g_strdup(sources[i].passphrase),
			.latency_ms = sources[i].latency_ms,
		};
}

bool srt_listener_read_stats(struct srt_listener *listener, uint64_t source_id,
			     struct srt_stats *srt, struct ingest_stats *ingest)
{
	(void)listener;
	(void)source_id;
	*srt = (struct srt_stats){
		.is_connected = true, .rtt_ms = 7, .kbps = 1000, .latency_ms = 120};
	*ingest = (struct ingest_stats){
		.width = 1920, .height = 1080, .fps = 50, .skew_ms = 20, .late_frames = 3};
	return true;
}

void srt_listener_destroy(struct srt_listener *listener)
{
	unmake(&fakes.listeners, listener);
}

struct speaker_input *speaker_input_create(const struct speaker_input_spec *spec, GError **error)
{
	fakes.video_latency_ms = spec->video_latency_ms;
	return make(&fakes.inputs, fakes.no_input, "speaker input", error);
}

void speaker_input_read_stats(const struct speaker_input *input, struct ingest_stats *ingest,
			      struct speaker_stats *stats)
{
	(void)input;
	*ingest = (struct ingest_stats){.width = 320, .height = 180, .video_codec = "VP8"};
	*stats = (struct speaker_stats){.kbps = 500};
}

void speaker_input_destroy(struct speaker_input *input)
{
	unmake(&fakes.inputs, input);
}

/* ---- outputs ---- */

struct encoder *encoder_create_picture(const struct picture_encoder_spec *spec, GError **error)
{
	(void)spec;
	return make(&fakes.encoders, fakes.no_encoder, "encoder", error);
}

struct encoder *encoder_create_sound(const struct sound_encoder_spec *spec, GError **error)
{
	(void)spec;
	return make(&fakes.encoders, fakes.no_encoder, "encoder", error);
}

void encoder_read_stats(const struct encoder *encoder, struct encoder_stats *stats)
{
	(void)encoder;
	*stats = (struct encoder_stats){.encode_ms = fakes.encode_ms};
}

void encoder_destroy(struct encoder *encoder)
{
	unmake(&fakes.encoders, encoder);
}

/* ---- browsers ---- */

struct rtc_port *rtc_port_create(const struct rtc_config *config, struct mailbox *up,
				 GError **error)
{
	(void)config;
	(void)up;
	return make(&fakes.ports, fakes.no_port, "port", error);
}

struct fake_peer *fake_peer(uint64_t id)
{
	for (int i = 0; i < fakes.n_peers; i++)
		if (fakes.peers[i].id == id)
			return &fakes.peers[i];
	return NULL;
}

struct fake_peer *fake_newest_peer(void)
{
	return &fakes.peers[fakes.n_peers - 1];
}

static bool add_peer(struct fake_peer peer, bool shall_fail, char **answer, GError **error)
{
	if (shall_fail)
		return fail(error, ERROR_NO_CODEC, "no codec today");
	g_assert(fakes.n_peers < FAKE_MOST_PEERS && !fake_peer(peer.id));
	fakes.peers[fakes.n_peers++] = peer;
	*answer = g_strdup("v=0");
	return true;
}

bool rtc_play(struct rtc_port *port, uint64_t peer_id, const char *offer, struct track *video,
	      struct track *audio, char **answer, GError **error)
{
	(void)port;
	(void)offer;
	return add_peer((struct fake_peer){.id = peer_id, .video = video, .audio = audio},
			fakes.no_play, answer, error);
}

bool rtc_publish(struct rtc_port *port, uint64_t peer_id, const char *offer, struct track *rtp_in,
		 struct track *rtcp_in, struct track *rtcp_out, char **answer,
		 struct rtp_format *format, GError **error)
{
	(void)port;
	(void)offer;
	g_assert(rtp_in && rtcp_in && rtcp_out);
	*format = (struct rtp_format){.video = VIDEO_VP8, .has_audio = true};
	return add_peer((struct fake_peer){.id = peer_id, .is_publisher = true}, fakes.no_publish,
			answer, error);
}

void rtc_switch_video(struct rtc_port *port, uint64_t peer_id, struct track *video)
{
	struct fake_peer *peer = fake_peer(peer_id);

	(void)port;
	peer->video = video;
	peer->switches++;
}

/* "restart" restarts, "" is a candidate, "bad" is neither. */
bool rtc_patch(struct rtc_port *port, uint64_t peer_id, const char *fragment, char **reply,
	       GError **error)
{
	(void)port;
	if (!fake_peer(peer_id) || fake_peer(peer_id)->is_closed)
		return fail(error, ERROR_NOT_FOUND, "no such peer");
	if (strcmp(fragment, "bad") == 0)
		return fail(error, ERROR_BAD_INPUT, "no fragment");
	*reply = strcmp(fragment, "restart") == 0 ? g_strdup("a=ice-lite") : NULL;
	return true;
}

bool rtc_read_stats(struct rtc_port *port, uint64_t peer_id, struct rtc_peer_stats *stats)
{
	const struct fake_peer *peer = fake_peer(peer_id);

	(void)port;
	if (!peer || peer->is_closed)
		return false;
	*stats = peer->stats;
	return true;
}

void rtc_close(struct rtc_port *port, uint64_t peer_id)
{
	struct fake_peer *peer = fake_peer(peer_id);

	(void)port;
	if (peer)
		peer->is_closed = true;
}

void rtc_port_destroy(struct rtc_port *port)
{
	unmake(&fakes.ports, port);
}
