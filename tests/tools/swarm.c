/* SPDX-License-Identifier: EUPL-1.2
 *
 *   standard input (commands) --\
 *   socket of viewer 0 ----------+--> epoll --> viewer_read(), viewer_tick()   one thread
 *   socket of viewer N ---------/
 *
 * twinstage-swarm [--address IP] [--decrypt K] [--record FILE]: viewers by the hundred, as cheap as they can be.
 * The signalling is its owner's (swarm.mjs), by lines; each answer is one line of JSON.
 *
 *   join             {"offer":N,"sdp":".."}: viewer N, whose clock starts now
 *   answer N, SDP, . the answer to it, or an offer of which only the transport is looked at
 *   mark             {"marked":true}: counts begin anew
 *   report           {"viewers":..,"connected":..,"packets":..}
 *   end              all leave; so does the end of standard input
 *
 * The first K viewers open every packet and look into pictures; the first one's RTP is recorded.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "swarm_viewer.h"

#define TICK_US	    5000
#define TURNS	    4 /* each tick sees every fourth viewer */
#define EVENTS	    512
#define INPUT_BYTES 4096
#define REST_US	    1000

struct swarm {
	const char *address;
	unsigned n_decrypting;
	int epoll;
	FILE *record;
	GPtrArray *viewers;
	GString *input;
	struct viewer *answered; /* whose answer is being read */
	GString *answer;
	double marked_cpu_s;
	int64_t marked_us, ticked_us;
	unsigned turn;
	bool has_ended;
};

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void join(struct swarm *swarm)
{
	struct viewer *viewer =
		viewer_create(swarm->address, swarm->viewers->len < swarm->n_decrypting);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = viewer};
	char *sdp = g_strescape(viewer_offer(viewer), NULL);

	if (swarm->record && swarm->viewers->len == 0)
		viewer_record(viewer, swarm->record);
	epoll_ctl(swarm->epoll, EPOLL_CTL_ADD, viewer_fd(viewer), &event);
	printf("{\"offer\":%u,\"sdp\":\"%s\"}\n", swarm->viewers->len, sdp);
	g_ptr_array_add(swarm->viewers, viewer);
	g_free(sdp);
}

static void start_answer(struct swarm *swarm, const char *number)
{
	guint n = (guint)strtoul(number, NULL, 10);

	swarm->answered = n < swarm->viewers->len ? g_ptr_array_index(swarm->viewers, n) : NULL;
	if (swarm->answered)
		g_string_truncate(swarm->answer, 0);
}

static void take_answer_line(struct swarm *swarm, const char *line)
{
	if (strcmp(line, ".") != 0) {
		g_string_append_printf(swarm->answer, "%s\r\n", line);
		return;
	}
	if (!viewer_take_answer(swarm->answered, swarm->answer->str))
		fprintf(stderr, "swarm: an answer without transport:\n%s", swarm->answer->str);
	swarm->answered = NULL;
}

static void mark(struct swarm *swarm)
{
	for (guint i = 0; i < swarm->viewers->len; i++)
		viewer_mark(g_ptr_array_index(swarm->viewers, i));
	swarm->marked_cpu_s = cpu_seconds();
	swarm->marked_us = g_get_monotonic_time();
	printf("{\"marked\":true}\n");
}

static gint compare(gconstpointer a, gconstpointer b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

	return first < second ? -1 : first > second;
}

/* {"p50":..,"p95":..} in ms; null where nobody has one. */
static void print_times(const char *name, GArray *times)
{
	g_array_sort(times, compare);
	if (times->len == 0) {
		printf(",\"%s\":null", name);
		return;
	}
	printf(",\"%s\":{\"p50\":%.1f,\"p95\":%.1f}", name,
	       (double)g_array_index(times, int64_t, (times->len - 1) / 2) / 1e3,
	       (double)g_array_index(times, int64_t, (times->len - 1) * 95 / 100) / 1e3);
}

struct total {
	struct viewer_counts counts;
	unsigned n_checked, n_up, n_closed, n_decrypting, n_gcm;
	uint64_t least_frames, most_frames;
	GArray *first_packet_us, *first_frame_us;
};

static void add(struct total *total, const struct viewer_counts *one)
{
	struct viewer_counts *all = &total->counts;

	all->packets += one->packets;
	all->bytes += one->bytes;
	all->frames += one->frames;
	all->lost += one->lost;
	all->lost_sound += one->lost_sound;
	all->late += one->late;
	all->undecryptable += one->undecryptable;
	all->broken += one->broken;
	all->overruns += one->overruns;
	all->reports += one->reports;
	total->n_checked += one->is_checked;
	total->n_up += one->is_up;
	total->n_closed += one->is_closed;
	total->n_decrypting += one->is_decrypting;
	total->n_gcm += one->has_gcm;
	total->least_frames = MIN(total->least_frames, one->frames);
	total->most_frames = MAX(total->most_frames, one->frames);
	if (one->first_packet_us)
		g_array_append_val(total->first_packet_us, one->first_packet_us);
	if (one->first_frame_us)
		g_array_append_val(total->first_frame_us, one->first_frame_us);
}

static void print_total(const struct swarm *swarm, const struct total *total)
{
	const struct viewer_counts *all = &total->counts;

	printf("{\"viewers\":%u,\"checked\":%u,\"connected\":%u,\"closed\":%u,\"gcm\":%u,"
	       "\"seconds\":%.3f",
	       swarm->viewers->len, total->n_checked, total->n_up, total->n_closed, total->n_gcm,
	       (double)(g_get_monotonic_time() - swarm->marked_us) / 1e6);
	printf(",\"packets\":%lu,\"bytes\":%lu,\"lost\":%lu,\"lost_sound\":%lu,\"late\":%lu,"
	       "\"overruns\":%lu",
	       all->packets, all->bytes, all->lost, all->lost_sound, all->late, all->overruns);
	printf(",\"frames\":%lu,\"frames_least\":%lu,\"frames_most\":%lu", all->frames,
	       swarm->viewers->len ? total->least_frames : 0, total->most_frames);
	printf(",\"decrypting\":%u,\"undecryptable\":%lu,\"broken_frames\":%lu,\"reports\":%lu",
	       total->n_decrypting, all->undecryptable, all->broken, all->reports);
	print_times("first_packet_ms", total->first_packet_us);
	print_times("first_frame_ms", total->first_frame_us);
	printf(",\"cpu_s\":%.3f}\n", cpu_seconds() - swarm->marked_cpu_s);
}

static void report(const struct swarm *swarm)
{
	struct total total = {
		.least_frames = UINT64_MAX,
		.first_packet_us = g_array_new(false, false, sizeof(int64_t)),
		.first_frame_us = g_array_new(false, false, sizeof(int64_t)),
	};

	for (guint i = 0; i < swarm->viewers->len; i++) {
		struct viewer_counts counts;

		viewer_count(g_ptr_array_index(swarm->viewers, i), &counts);
		add(&total, &counts);
	}
	print_total(swarm, &total);
	g_array_free(total.first_packet_us, true);
	g_array_free(total.first_frame_us, true);
}

static void take_line(struct swarm *swarm, const char *line)
{
	if (swarm->answered)
		take_answer_line(swarm, line);
	else if (strcmp(line, "join") == 0)
		join(swarm);
	else if (g_str_has_prefix(line, "answer "))
		start_answer(swarm, line + strlen("answer "));
	else if (strcmp(line, "mark") == 0)
		mark(swarm);
	else if (strcmp(line, "report") == 0)
		report(swarm);
	else if (strcmp(line, "end") == 0)
		swarm->has_ended = true;
	fflush(stdout);
}

static void read_input(struct swarm *swarm)
{
	char bytes[INPUT_BYTES];
	ssize_t length = read(STDIN_FILENO, bytes, sizeof(bytes));
	char *end;

	if (length <= 0) {
		swarm->has_ended = true;
		return;
	}
	g_string_append_len(swarm->input, bytes, length);
	while ((end = strchr(swarm->input->str, '\n'))) {
		char *line = g_strndup(swarm->input->str, (gsize)(end - swarm->input->str));

		g_strchomp(line);
		g_string_erase(swarm->input, 0, end - swarm->input->str + 1);
		take_line(swarm, line);
		g_free(line);
	}
}

static void tick(struct swarm *swarm)
{
	int64_t now_us = g_get_monotonic_time();

	if (now_us - swarm->ticked_us < TICK_US)
		return;
	swarm->ticked_us = now_us;
	swarm->turn = (swarm->turn + 1) % TURNS;
	for (guint i = swarm->turn; i < swarm->viewers->len; i += TURNS)
		viewer_tick(g_ptr_array_index(swarm->viewers, i), now_us);
}

static void run(struct swarm *swarm)
{
	struct epoll_event events[EVENTS];

	while (!swarm->has_ended) {
		int n = epoll_wait(swarm->epoll, events, EVENTS, TICK_US / 1000);

		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr)
				viewer_read(events[i].data.ptr);
			else
				read_input(swarm);
		}
		tick(swarm);
		/* Packets of one picture come within this time: each viewer is read once for it, and
		 * the server does not wake us for every packet. */
		if (n > 0)
			g_usleep(REST_US);
	}
}

int main(int argc, char **argv)
{
	struct swarm swarm = {.address = "127.0.0.1", .epoll = epoll_create1(EPOLL_CLOEXEC)};
	struct epoll_event input = {.events = EPOLLIN};
	bool is_recording = false;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--address") == 0)
			swarm.address = argv[i + 1];
		else if (strcmp(argv[i], "--decrypt") == 0)
			swarm.n_decrypting = (unsigned)strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--record") == 0)
			is_recording = true, swarm.record = fopen(argv[i + 1], "wb");
	}
	if (is_recording && !swarm.record) {
		perror("swarm: the record");
		return 1;
	}
	swarm.viewers = g_ptr_array_new();
	swarm.input = g_string_new(NULL);
	swarm.answer = g_string_new(NULL);
	swarm.marked_us = g_get_monotonic_time();
	epoll_ctl(swarm.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input);
	run(&swarm);
	for (guint i = 0; i < swarm.viewers->len; i++)
		viewer_destroy(g_ptr_array_index(swarm.viewers, i));
	g_ptr_array_free(swarm.viewers, true);
	g_string_free(swarm.input, true);
	g_string_free(swarm.answer, true);
	if (swarm.record)
		fclose(swarm.record);
	close(swarm.epoll);
	return 0;
}
