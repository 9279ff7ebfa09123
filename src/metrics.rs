//! The metrics for Prometheus. Labels never hold a person, a path or an id.

use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::clock::Instant;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Deprecated {
    operation: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct BackgroundJob {
    job: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StandbyRead {
    answered_by: &'static str,
    why: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StandbyState {
    state: &'static str,
}

/// What is told of a standby.
#[derive(Debug, Default)]
struct Standby {
    reads: Family<StandbyRead, Counter>,
    state: Family<StandbyState, Gauge>,
    age: Gauge<f64, AtomicU64>,
}

impl Standby {
    fn register(&self, registry: &mut Registry) {
        registry.register(
            "standby_reads",
            "Number of reads that a standby may answer, by what answered them and why",
            self.reads.clone(),
        );
        registry.register("standby_state", "1 for the state in which the standby is, otherwise 0", self.state.clone());
        self.age.set(f64::NAN);
        registry.register(
            "standby_age_seconds",
            "How old an answer of the standby would be, in seconds; NaN where nothing is known of one",
            self.age.clone(),
        );
    }
}

/// What is told of a background job.
#[derive(Debug, Default)]
struct Jobs {
    last_run: Family<BackgroundJob, Gauge>,
    last_seconds: Family<BackgroundJob, Gauge<f64, AtomicU64>>,
    rows: Family<BackgroundJob, Counter>,
    unsealed: Gauge,
    unsent_seconds: Gauge,
}

impl Jobs {
    fn register(&self, registry: &mut Registry) {
        registry.register(
            "job_last_run_timestamp_seconds",
            "When a background job last ended without a failure, in seconds since 1970",
            self.last_run.clone(),
        );
        registry.register(
            "job_last_duration_seconds",
            "How long that run of a background job took, in seconds",
            self.last_seconds.clone(),
        );
        registry.register("job_rows", "Number of records that a background job dealt with", self.rows.clone());
        registry.register(
            "audit_records_unsealed",
            "Number of audit records that were not sealed when last counted",
            self.unsealed.clone(),
        );
        registry.register(
            "oldest_unsent_email_seconds",
            "Age of the oldest e-mail that was not sent when last looked at, in seconds; 0 if there was none",
            self.unsent_seconds.clone(),
        );
    }
}

/// The metrics of the service.
#[derive(Debug)]
pub struct Metrics {
    registry: RwLock<Registry>,
    requests: Family<Request, Counter>,
    deprecated: Family<Deprecated, Counter>,
    seconds: Histogram,
    connections: Gauge,
    jobs: Jobs,
    standby: Standby,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Metrics that start at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("involvement");
        let requests = Family::default();
        let seconds = Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0]);
        let connections = Gauge::default();
        registry.register("requests", "Number of requests answered, by operation and HTTP status", requests.clone());
        registry.register(
            "request_duration_seconds",
            "Time from receiving a request to its answer, in seconds",
            seconds.clone(),
        );
        registry.register("database_connections_in_use", "Number of database connections in use", connections.clone());
        let deprecated = Family::default();
        registry.register(
            "deprecated_requests",
            "Number of requests to operations that will go, by operation",
            deprecated.clone(),
        );
        let jobs = Jobs::default();
        jobs.register(&mut registry);
        let standby = Standby::default();
        standby.register(&mut registry);
        Self { registry: RwLock::new(registry), requests, deprecated, seconds, connections, jobs, standby }
    }

    /// Counts an answered request and how long it took.
    pub fn answered(&self, operation: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&Request { operation, status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Counts a request to an operation that will go.
    pub fn deprecated_was_called(&self, operation: &'static str) {
        self.deprecated.get_or_create(&Deprecated { operation }).inc();
    }

    /// Notes that a background job ended at a time, how long it took and how many records it dealt with.
    pub fn job_ran(&self, job: &'static str, at: Instant, took: Duration, rows: usize) {
        let job = BackgroundJob { job };
        self.jobs.last_run.get_or_create(&job).set(at.as_seconds());
        self.jobs.last_seconds.get_or_create(&job).set(took.as_secs_f64());
        self.jobs.rows.get_or_create(&job).inc_by(u64::try_from(rows).unwrap_or(u64::MAX));
    }

    /// Notes how many audit records are not sealed, and how old the oldest e-mail is that was not sent.
    pub fn waiting(&self, unsealed: i64, unsent_seconds: i64) {
        self.jobs.unsealed.set(unsealed);
        self.jobs.unsent_seconds.set(unsent_seconds);
    }

    /// Counts a read that a standby may answer: who answered it, and why.
    pub fn standby_read(&self, answered_by: &'static str, why: &'static str) {
        self.standby.reads.get_or_create(&StandbyRead { answered_by, why }).inc();
    }

    /// Notes which of its states a standby is in, and how old an answer from it would be.
    pub fn standby_is(&self, states: impl Iterator<Item = (&'static str, bool)>, age: Option<Duration>) {
        for (state, is) in states {
            self.standby.state.get_or_create(&StandbyState { state }).set(i64::from(is));
        }
        self.standby.age.set(age.map_or(f64::NAN, |age| age.as_secs_f64()));
    }

    /// The metrics in the text format of Prometheus.
    #[must_use]
    pub fn text(&self, connections_in_use: u32) -> String {
        self.connections.set(i64::from(connections_in_use));
        let mut text = String::new();
        let registry = self.registry.read().unwrap_or_else(PoisonError::into_inner);
        if encode(&mut text, &registry).is_err() {
            log::warn!("the metrics could not be written");
        }
        text
    }
}
