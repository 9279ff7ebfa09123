//! All integration tests in one binary. Each test has its own database and its own server.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::cloned_ref_to_slice_refs,
    dead_code,
    reason = "a test that can't go on stops; builders are for all"
)]

mod access_log;
mod agreements;
mod anonymous;
mod answers;
mod audit;
mod bad_figures;
mod bad_input;
mod borders;
mod browsers;
mod budget;
mod budgets;
mod channels;
mod claims;
mod clearance_reminders;
mod clearances;
mod clients;
mod commands;
mod database_rules;
mod dates;
mod deliveries;
mod demonstration;
mod document;
mod documents;
mod dropped_answers;
mod embedded;
mod erasure;
mod export_releases;
mod exposed;
mod expressions;
mod feedback;
mod feeds;
mod fields;
mod filters;
mod folds;
mod guidance;
mod health;
mod inductions;
mod interview_panels;
mod involvement_reports;
mod journey;
mod kept_identities;
mod leaving;
mod letters;
mod limits;
mod link_persons;
mod lists_as_csv;
mod looks;
mod markers;
mod matches;
mod needs_reviews;
mod negotiation;
mod one_person;
mod oneself;
mod opportunities;
mod outages;
mod pages;
mod payees;
mod payments;
mod personal_data;
mod persons;
mod places;
mod plans;
mod policies;
mod policies_previewed;
mod post;
mod prepared;
mod promised;
mod public_interest;
mod quote;
mod races;
mod random_walk;
mod receipts;
mod recoveries;
mod refused_log;
mod replays;
mod reports;
mod request_ids;
mod retention;
mod rights;
mod scanner;
mod screens;
mod search;
mod segregation;
mod services;
mod sessions;
mod standby;
mod statement;
mod statements;
mod supplied;
mod support;
mod support_contacts;
mod ten_points;
mod tokens;
mod top_ups;
mod tour;
mod trainings;
mod typed_text;
mod updates;
mod volunteers;
mod waiting;
mod work_list;
mod worked_examples;
mod wrong_approval;
