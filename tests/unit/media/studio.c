/* SPDX-License-Identifier: EUPL-1.2 */
#include "studio.h"

#include <glib/gstdio.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "media.h"
#include "priority.h"

static int middle(const struct frame *frame, int plane)
{
	int down = plane ? 4 : 2;

	return frame
		->plane[plane][frame->height / down * frame->stride[plane] + frame->width / down];
}

static void on_picture(void *data)
{
	struct studio *studio = data;
	struct frame *frame = slot_take(studio->slot);

	if (!frame)
		return;
	atomic_store(&studio->width, frame->width);
	atomic_store(&studio->height, frame->height);
	atomic_store(&studio->luma, middle(frame, 0));
	atomic_store(&studio->u, middle(frame, 1));
	atomic_store(&studio->v, middle(frame, 2));
	atomic_store(&studio->frame_ns, clock_now_ns());
	atomic_fetch_add(&studio->frames, 1);
	frame_unref(frame);
}

static void hear(struct studio *studio, const float *pairs, size_t n)
{
	static _Thread_local bool is_below; /* noise about zero does not count */
	double energy = 0;

	for (size_t i = 0; i < n; i++) {
		float left = pairs[i * SOUND_CHANNELS];

		energy += (double)left * left;
		if (is_below && left > 0.01F)
			atomic_fetch_add(&studio->crossings, 1);
		is_below = left < -0.01F || (is_below && left <= 0.01F);
		if (fabsf(left) > 0.001F) {
			atomic_store(&studio->has_sound, true);
			atomic_store(&studio->silent, 0);
		} else if (atomic_load(&studio->has_sound)) {
			uint64_t silent = atomic_fetch_add(&studio->silent, 1) + 1;

			if (silent > atomic_load(&studio->longest_silence))
				atomic_store(&studio->longest_silence, silent);
		}
	}
	atomic_store(&studio->energy, atomic_load(&studio->energy) + energy);
	atomic_fetch_add(&studio->samples, n);
}

static void on_sound(void *data)
{
	struct studio *studio = data;
	float pairs[SOUND_TICK_FRAMES * SOUND_CHANNELS];
	size_t n;

	while ((n = ring_drain(studio->ring, pairs, SOUND_TICK_FRAMES)) > 0)
		hear(studio, pairs, n);
}

static void keep_note(void *message, void *data)
{
	g_ptr_array_add(((struct studio *)data)->notes, message);
}

struct studio *studio_open(void)
{
	struct studio *studio = g_new0(struct studio, 1);

	uv_loop_init(&studio->loop);
	studio->notes = g_ptr_array_new_with_free_func(g_free);
	studio->up = mailbox_create(&studio->loop, keep_note, g_free, studio);
	studio->dir = g_dir_make_tmp("twinstage-XXXXXX", NULL);
	studio->slot = slot_create();
	studio->ring = ring_create(4000, 40);
	slot_hang_bell(studio->slot, (struct bell){.ring = on_picture, .data = studio});
	ring_hang_bell(studio->ring, (struct bell){.ring = on_sound, .data = studio});
	return studio;
}

static void remove_dir(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *file = g_build_filename(path, name, NULL);

		g_unlink(file);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(path);
}

void studio_close(struct studio *studio)
{
	mailbox_destroy(studio->up);
	uv_run(&studio->loop, UV_RUN_DEFAULT);
	uv_loop_close(&studio->loop);
	slot_unref(studio->slot);
	ring_unref(studio->ring);
	g_ptr_array_free(studio->notes, TRUE);
	remove_dir(studio->dir);
	g_free(studio->dir);
	g_free(studio);
}

bool studio_until(struct studio *studio, bool (*is_so)(struct studio *studio, void *data),
		  void *data, int ms)
{
	int64_t end_ns = clock_now_ns() + ms * NS_PER_MS;

	for (;;) {
		uv_run(&studio->loop, UV_RUN_NOWAIT);
		if (is_so(studio, data))
			return true;
		if (clock_now_ns() > end_ns)
			return false;
		g_usleep(2000);
	}
}

static const struct note *find(const struct studio *studio, enum note_kind kind)
{
	for (guint i = 0; i < studio->notes->len; i++)
		if (((struct note *)studio->notes->pdata[i])->kind == kind)
			return studio->notes->pdata[i];
	return NULL;
}

static bool has_note(struct studio *studio, void *data)
{
	return find(studio, *(enum note_kind *)data);
}

const struct note *studio_note(struct studio *studio, enum note_kind kind, int ms)
{
	studio_until(studio, has_note, &kind, ms);
	return find(studio, kind);
}

int studio_count(struct studio *studio, enum note_kind kind)
{
	int n = 0;

	uv_run(&studio->loop, UV_RUN_NOWAIT);
	for (guint i = 0; i < studio->notes->len; i++)
		n += ((struct note *)studio->notes->pdata[i])->kind == kind;
	return n;
}

void studio_forget_notes(struct studio *studio)
{
	uv_run(&studio->loop, UV_RUN_NOWAIT);
	g_ptr_array_set_size(studio->notes, 0);
}

static bool has_frames(struct studio *studio, void *data)
{
	return atomic_load(&studio->frames) >= *(int *)data;
}

bool studio_frames(struct studio *studio, int at_least, int ms)
{
	return studio_until(studio, has_frames, &at_least, ms);
}

static bool has_samples(struct studio *studio, void *data)
{
	return atomic_load(&studio->samples) >= *(uint64_t *)data;
}

bool studio_samples(struct studio *studio, uint64_t at_least, int ms)
{
	return studio_until(studio, has_samples, &at_least, ms);
}

static bool never(struct studio *studio, void *data)
{
	(void)studio;
	(void)data;
	return false;
}

void studio_run(struct studio *studio, int ms)
{
	studio_until(studio, never, NULL, ms);
}

char *studio_make(struct studio *studio, const char *name, const char *arguments)
{
	char *path = g_build_filename(studio->dir, name, NULL);
	g_autofree char *line =
		g_strdup_printf("ffmpeg -v error -nostdin -y %s %s", arguments, path);
	g_auto(GStrv) argv = g_strsplit(line, " ", -1);
	g_autoptr(GError) error = NULL;
	int status = -1;

	if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
			  &error))
		g_error("ffmpeg: %s", error->message);
	if (status != 0)
		g_error("ffmpeg failed: %s", line);
	return path;
}

static long status_line(const char *key)
{
	g_autofree char *text = NULL;
	const char *at;

	if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL) ||
	    !(at = strstr(text, key)))
		return -1;
	return strtol(at + strlen(key), NULL, 10);
}

long studio_rss_kb(void)
{
	return status_line("VmRSS:");
}

int studio_threads(void)
{
	return (int)status_line("Threads:");
}

static bool may_hurry(void)
{
	bool is_granted = priority_take(PRIORITY_SOUND);

	priority_take(PRIORITY_NORMAL);
	return is_granted;
}

int studio_hurried(void)
{
	GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
	const char *id;
	int n = 0;

	g_assert(tasks);
	while ((id = g_dir_read_name(tasks)))
		n += (sched_getscheduler(atoi(id)) & ~SCHED_RESET_ON_FORK) == SCHED_FIFO;
	g_dir_close(tasks);
	return may_hurry() ? n : -1;
}

int studio_house_open(void **state)
{
	(void)state;
	return media_init(PIPELINES_DIR, NULL) ? 0 : -1;
}

int studio_house_close(void **state)
{
	(void)state;
	media_finish(5000);
	return 0;
}

void studio_house_settle(void)
{
	media_finish(5000);
	if (!media_init(PIPELINES_DIR, NULL))
		g_error("GStreamer does not start again");
}
