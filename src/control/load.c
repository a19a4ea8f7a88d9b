/* SPDX-License-Identifier: EUPL-1.2 */
#include "load.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define EVERY_MS 1000
#define WINDOW	 10

/* Seconds since some beginning. */
struct sample {
	double at, daemon, busy, idle;
};

struct load {
	uv_timer_t timer;
	struct sample past[WINDOW + 1];
	unsigned n; /* samples in all; the last is past[(n - 1) % (WINDOW + 1)] */
};

static struct load *the_load;

static double seconds_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* proc(5), /proc/stat: user nice system idle iowait irq softirq steal; guests are in user. False:
 * there is no such file. */
static bool read_machine(double *busy, double *idle)
{
	uint64_t n[8];
	double hz = (double)sysconf(_SC_CLK_TCK);
	FILE *file = fopen("/proc/stat", "re");
	bool is_read = file && fscanf(file,
				      "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
				      " %" SCNu64 " %" SCNu64 " %" SCNu64,
				      &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7]) == 8;

	if (file)
		fclose(file);
	if (!is_read)
		return false;
	*idle = (double)(n[3] + n[4]) / hz;
	*busy = (double)(n[0] + n[1] + n[2] + n[5] + n[6] + n[7]) / hz;
	return true;
}

static struct sample look(void)
{
	struct sample sample = {
		.at = seconds_of(CLOCK_MONOTONIC),
		.daemon = seconds_of(CLOCK_PROCESS_CPUTIME_ID),
		.busy = NAN,
		.idle = NAN,
	};

	read_machine(&sample.busy, &sample.idle);
	return sample;
}

static void remember(struct load *load)
{
	load->past[load->n++ % (WINDOW + 1)] = look();
}

static void on_timer(uv_timer_t *timer)
{
	remember(timer->data);
}

struct load *load_create(struct uv_loop_s *loop)
{
	struct load *load = g_new0(struct load, 1);

	remember(load);
	load->timer.data = load;
	uv_timer_init(loop, &load->timer);
	uv_timer_start(&load->timer, on_timer, EVERY_MS, EVERY_MS);
	the_load = load;
	return load;
}

/* Since `back` samples ago, or the first one. */
static void read_since(unsigned back, struct load_figures *figures)
{
	unsigned n = the_load ? the_load->n : 0, ago = MIN(back, n - 1);

	*figures = (struct load_figures){NAN, NAN, NAN, (int)sysconf(_SC_NPROCESSORS_ONLN)};
	if (n < 2)
		return;
	const struct sample *now = &the_load->past[(n - 1) % (WINDOW + 1)],
			    *then = &the_load->past[(n - 1 - ago) % (WINDOW + 1)];
	double seconds = now->at - then->at;

	figures->daemon_percent = 100 * (now->daemon - then->daemon) / seconds;
	figures->machine_percent = 100 * (now->busy - then->busy) / seconds;
	figures->idle_percent = 100 * (now->idle - then->idle) / seconds;
}

void load_read(struct load_figures *figures)
{
	read_since(1, figures);
}

void load_read_window(struct load_figures *figures)
{
	read_since(WINDOW, figures);
}

static void on_closed(uv_handle_t *handle)
{
	g_free(handle->data);
}

void load_destroy(struct load *load)
{
	if (!load)
		return;
	the_load = NULL;
	uv_close((uv_handle_t *)&load->timer, on_closed);
}
