/* SPDX-License-Identifier: EUPL-1.2 */
#include "crew.h"

#include "steer.h"
#include "udp.h"
#include "worker.h"

struct crew {
	struct worker *workers[WORKERS_MAX];
	unsigned n;
};

static void attach_program(const struct crew *crew, struct udp *const *udps)
{
	/* The first socket speaks for all of its port. */
	for (int which = 0; which < 2; which++) {
		if (udp_fd(udps[0], which) >= 0)
			steer_attach(udp_fd(udps[0], which), crew->n);
	}
}

struct crew *crew_create(int udp_port, unsigned n, struct dtls_identity *identity,
			 struct mailbox *up, GError **error)
{
	struct crew *crew = g_new0(struct crew, 1);
	struct udp *udps[WORKERS_MAX];

	crew->n = MIN(n ? n : g_get_num_processors(), WORKERS_MAX);
	if (!udp_open_all(udp_port, udps, crew->n, error)) {
		g_free(crew);
		return NULL;
	}
	attach_program(crew, udps);
	for (unsigned i = 0; i < crew->n; i++)
		crew->workers[i] = worker_create(&(struct worker_plan){
			.index = i,
			.udp = udps[i],
			.identity = identity,
			.up = up,
			.all = crew->workers,
			.n_all = crew->n,
		});
	for (unsigned i = 0; i < crew->n; i++)
		worker_start(crew->workers[i]);
	return crew;
}

struct worker *crew_choose(const struct crew *crew, char *letter)
{
	unsigned best = 0;

	for (unsigned i = 1; i < crew->n; i++) {
		if (worker_load(crew->workers[i]) < worker_load(crew->workers[best]))
			best = i;
	}
	*letter = steer_letter(best);
	return crew->workers[best];
}

void crew_destroy(struct crew *crew)
{
	if (!crew)
		return;
	/* Each may have posted to each other: nobody runs any more when the first is taken down. */
	for (unsigned i = 0; i < crew->n; i++)
		worker_stop(crew->workers[i]);
	for (unsigned i = 0; i < crew->n; i++)
		worker_destroy(crew->workers[i]);
	g_free(crew);
}
