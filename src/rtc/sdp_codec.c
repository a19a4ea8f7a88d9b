/* SPDX-License-Identifier: EUPL-1.2 */
#include "sdp_codec.h"

#include <string.h>

#include "error.h"
#include "sdp_text.h"

#define MAX_CODECS 64

struct codec {
	uint8_t pt, apt;
	char name[24];
	int clock_hz, channels;
	char profile[8];
	int packetization;
	bool has_nack, has_pli, has_fir, has_twcc, has_remb;
};

struct codecs {
	int n;
	struct codec all[MAX_CODECS];
};

static struct codec *find_pt(struct codecs *codecs, int64_t pt)
{
	for (int i = 0; i < codecs->n; i++) {
		if (codecs->all[i].pt == pt)
			return &codecs->all[i];
	}
	return NULL;
}

/* "111 opus/48000/2". 64 to 95 would be taken for RTCP on one port (RFC 5761 4). */
static void read_rtpmap(const char *value, struct codec *codec)
{
	char **halves = g_strsplit(value, " ", 2);
	char **parts = halves[0] && halves[1] ? g_strsplit(halves[1], "/", 3) : NULL;

	if (parts && parts[0] && sdp_text_word(parts[0], codec->name, sizeof(codec->name))) {
		codec->clock_hz = parts[1] ? (int)sdp_text_number(parts[1], 1000000) : 0;
		codec->channels = parts[1] && parts[2] ? (int)sdp_text_number(parts[2], 16) : 1;
	}
	g_strfreev(parts);
	g_strfreev(halves);
}

static void read_fmtp(const char *value, struct codec *codec)
{
	char *profile = sdp_text_parameter(value, "profile-level-id");
	char *mode = sdp_text_parameter(value, "packetization-mode");
	char *apt = sdp_text_parameter(value, "apt");

	if (profile && strlen(profile) == 6 && strspn(profile, "0123456789abcdefABCDEF") == 6)
		g_strlcpy(codec->profile, profile, sizeof(codec->profile));
	if (mode)
		codec->packetization = (int)sdp_text_number(mode, 2);
	if (apt)
		codec->apt = (uint8_t)MAX(sdp_text_number(apt, 127), 0);
	g_free(profile);
	g_free(mode);
	g_free(apt);
}

static void read_feedback(const char *value, struct codec *codec)
{
	codec->has_nack |= strcmp(value, "nack") == 0;
	codec->has_pli |= strcmp(value, "nack pli") == 0;
	codec->has_fir |= strcmp(value, "ccm fir") == 0;
	codec->has_twcc |= strcmp(value, "transport-cc") == 0;
	codec->has_remb |= strcmp(value, "goog-remb") == 0;
}

static void read_attribute(struct codecs *codecs, const char *key, const char *value)
{
	const char *rest = strchr(value, ' ');

	if (!rest)
		return;
	rest++;
	if (strcmp(key, "rtcp-fb") == 0 && value[0] == '*') {
		for (int i = 0; i < codecs->n; i++)
			read_feedback(rest, &codecs->all[i]);
		return;
	}
	struct codec *codec = find_pt(codecs, sdp_text_number(value, 127));

	if (!codec)
		return;
	if (strcmp(key, "rtpmap") == 0)
		read_rtpmap(value, codec);
	else if (strcmp(key, "fmtp") == 0)
		read_fmtp(rest, codec);
	else if (strcmp(key, "rtcp-fb") == 0)
		read_feedback(rest, codec);
}

static void read_codecs(const GstSDPMedia *line, struct codecs *codecs)
{
	guint n = gst_sdp_media_formats_len(line);

	for (guint i = 0; i < n && codecs->n < MAX_CODECS; i++) {
		int64_t pt = sdp_text_number(gst_sdp_media_get_format(line, i), 127);

		if (pt >= 0 && (pt < 64 || pt > 95) && !find_pt(codecs, pt))
			codecs->all[codecs->n++].pt = (uint8_t)pt;
	}
	for (guint i = 0; i < gst_sdp_media_attributes_len(line); i++) {
		const GstSDPAttribute *attribute = gst_sdp_media_get_attribute(line, i);

		if (attribute->key && attribute->value)
			read_attribute(codecs, attribute->key, attribute->value);
	}
}

static bool is_named(const struct codec *codec, const char *name, int clock_hz)
{
	return g_ascii_strcasecmp(codec->name, name) == 0 && codec->clock_hz == clock_hz;
}

/* How much we like an H.264 payload type; 0: not at all. Baseline (RFC 6184 8.1: 42, what follows
 * are constraints) is what any browser's hardware decodes; 4:4:4 (f4) and 10 bit (6e) are
 * refused. */
static int h264_rank(const struct codec *codec, enum sdp_use use)
{
	static const char *const profiles[] = {"64", "4d", "42", NULL};
	int rank = codec->profile[0] ? 0 : 2; /* none said means baseline */

	for (int i = 0; profiles[i]; i++) {
		if (g_ascii_strncasecmp(codec->profile, profiles[i], 2) == 0)
			rank = i + 1;
	}
	if (g_ascii_strncasecmp(codec->profile, "42e0", 4) == 0)
		rank = 4;
	if (rank == 0 || !is_named(codec, "H264", 90000))
		return 0;
	if (codec->packetization == 1)
		return rank + 10;
	return use == SDP_PUBLISH && codec->packetization == 0 ? rank : 0;
}

static struct codec *choose_video(struct codecs *codecs, enum sdp_use use)
{
	struct codec *best = NULL;
	int best_rank = 0;

	for (int i = 0; i < codecs->n; i++) {
		struct codec *codec = &codecs->all[i];
		int rank = h264_rank(codec, use);

		if (use == SDP_PUBLISH && !best && is_named(codec, "VP8", 90000))
			return codec;
		if (rank > best_rank) {
			best = codec;
			best_rank = rank;
		}
	}
	return best;
}

static struct codec *choose_audio(struct codecs *codecs)
{
	for (int i = 0; i < codecs->n; i++) {
		if (is_named(&codecs->all[i], "opus", 48000) && codecs->all[i].channels == 2)
			return &codecs->all[i];
	}
	return NULL;
}

static bool refuse(const struct codecs *codecs, const char *kind, enum sdp_use use, GError **error)
{
	const char *needed = strcmp(kind, "audio") == 0 ? "Opus at 48 kHz"
			     : use == SDP_PUBLISH	? "H.264 (baseline, main or high) or VP8"
							: "H.264 with packetization-mode 1";
	GString *names = g_string_new(NULL);

	for (int i = 0; i < codecs->n && names->len < 100; i++) {
		const char *name = codecs->all[i].name;

		if (*name && !strstr(names->str, name))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
	}
	fail(error, ERROR_NO_CODEC, "the offer's %s is %s, needed is %s", kind,
	     names->len ? names->str : "without any codec", needed);
	g_string_free(names, true);
	return false;
}

static uint8_t find_rtx(const struct codecs *codecs, uint8_t pt)
{
	for (int i = 0; i < codecs->n; i++) {
		if (is_named(&codecs->all[i], "rtx", 90000) && codecs->all[i].apt == pt)
			return codecs->all[i].pt;
	}
	return 0;
}

bool sdp_codec_choose(const GstSDPMedia *line, enum sdp_use use, struct sdp_media *media,
		      GError **error)
{
	struct codecs codecs = {0};
	bool is_video = strcmp(media->kind, "video") == 0;

	read_codecs(line, &codecs);
	const struct codec *codec = is_video ? choose_video(&codecs, use) : choose_audio(&codecs);

	if (!codec)
		return refuse(&codecs, media->kind, use, error);
	if (is_video)
		media->codec = is_named(codec, "VP8", 90000) ? VIDEO_VP8 : VIDEO_H264;
	media->pt = codec->pt;
	media->rtx_pt = is_video && codec->has_nack ? find_rtx(&codecs, codec->pt) : 0;
	g_strlcpy(media->profile, codec->profile, sizeof(media->profile));
	media->packetization = (uint8_t)MAX(codec->packetization, 0);
	media->has_nack = codec->has_nack;
	media->has_pli = codec->has_pli;
	media->has_fir = codec->has_fir;
	media->has_twcc = codec->has_twcc;
	media->has_remb = codec->has_remb;
	return true;
}
