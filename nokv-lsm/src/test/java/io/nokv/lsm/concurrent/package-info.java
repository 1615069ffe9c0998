/**
 * What threads do to one another, tried out by Lincheck: random scenarios of a few threads, each under many schedules,
 * whose answers some order of the calls must explain. The model checker chooses the schedules itself and shows a trace;
 * the stress runs leave them to the machine and so see what its memory model allows. Start at
 * {@link io.nokv.lsm.concurrent.LinearizabilityTest}.
 */
package io.nokv.lsm.concurrent;
