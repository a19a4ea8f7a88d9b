/* SPDX-License-Identifier: EUPL-1.2
 *
 * metrics: GET /metrics, all that is measured, as OpenMetrics 1.0 text for Prometheus. Bearer: the
 * crew's token. What is not known has no sample, rather than a nought that lies.
 */
#pragma once

#include <glib.h>

struct answer;
struct house;
struct request;
struct show;

void metrics_answer(const struct house *house, const struct request *request,
		    struct answer *answer);

/* Appends the text. Control loop. */
void metrics_write(const struct show *show, GString *out);
