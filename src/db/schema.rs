// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;
}

diesel::table! {
    access_log (id) {
        id -> Uuid,
        at -> Timestamptz,
        actor_id -> Uuid,
        volunteer_id -> Uuid,
        what -> Text,
        thing_id -> Nullable<Uuid>,
        request_id -> Uuid,
    }
}

diesel::table! {
    actor_volunteers (actor_id, volunteer_id) {
        actor_id -> Uuid,
        volunteer_id -> Uuid,
    }
}

diesel::table! {
    actors (id) {
        id -> Uuid,
        issuer -> Nullable<Text>,
        subject -> Nullable<Text>,
        name -> Nullable<Text>,
        works_here -> Bool,
        salt -> Nullable<Uuid>,
        digest -> Text,
    }
}

diesel::table! {
    agreement_pauses (agreement_id, from_day) {
        agreement_id -> Uuid,
        from_day -> Date,
        to_day -> Nullable<Date>,
    }
}

diesel::table! {
    agreement_texts (agreement_id) {
        agreement_id -> Uuid,
        body -> Nullable<Text>,
        reason -> Nullable<Text>,
        witness -> Nullable<Text>,
    }
}

diesel::table! {
    agreements (id) {
        id -> Uuid,
        version -> Int4,
        volunteer_id -> Uuid,
        opportunity_id -> Uuid,
        plan_id -> Uuid,
        service_id -> Uuid,
        status -> Text,
        short_form -> Bool,
        basis -> Text,
        role -> Text,
        expectations -> Nullable<Text>,
        adjustments -> Nullable<Text>,
        offer -> Jsonb,
        payment_route -> Nullable<Text>,
        employment_status -> Nullable<Jsonb>,
        link_person -> Jsonb,
        link_person_email -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        review_on -> Nullable<Date>,
        replaces_id -> Nullable<Uuid>,
        promised -> Nullable<Jsonb>,
        body_sha256 -> Nullable<Text>,
        issued_at -> Nullable<Timestamptz>,
        accepted_at -> Nullable<Timestamptz>,
        accepted_how -> Nullable<Text>,
        ended_on -> Nullable<Date>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        supported_on -> Nullable<Date>,
        support_due_on -> Nullable<Date>,
        induction_due_on -> Nullable<Date>,
        ended_by_volunteer -> Nullable<Bool>,
    }
}

diesel::table! {
    attendances (session_id, volunteer_id) {
        session_id -> Uuid,
        volunteer_id -> Uuid,
        agreement_id -> Uuid,
        outcome -> Text,
        clearance_flags -> Jsonb,
        note -> Nullable<Text>,
        recorded_at -> Timestamptz,
        recorded_by -> Uuid,
    }
}

diesel::table! {
    audit_records (seq) {
        seq -> Int8,
        at -> Timestamptz,
        actor_id -> Uuid,
        action -> Text,
        resource_type -> Text,
        resource_id -> Uuid,
        version -> Int4,
        from_state -> Nullable<Text>,
        to_state -> Nullable<Text>,
        fields -> Array<Nullable<Text>>,
        request_id -> Uuid,
        hash -> Text,
        event -> Nullable<Text>,
        digest -> Nullable<Text>,
        client_request_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    audit_seals (number) {
        number -> Int8,
        audit_seq -> Int8,
        chain_hash -> Text,
        links -> Nullable<Text>,
    }
}

diesel::table! {
    calendar_addresses (id) {
        id -> Uuid,
        version -> Int4,
        volunteer_id -> Uuid,
        hash -> Bytea,
        created_at -> Timestamptz,
        created_by -> Uuid,
    }
}

diesel::table! {
    channels (id) {
        id -> Uuid,
        version -> Int4,
        code -> Text,
        name -> Text,
        description -> Text,
        contact -> Nullable<Jsonb>,
        link -> Nullable<Text>,
        active -> Bool,
        rule -> Jsonb,
        created_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    claim_line_texts (line_id) {
        line_id -> Uuid,
        claim_id -> Uuid,
        texts -> Jsonb,
    }
}

diesel::table! {
    claim_lines (id) {
        id -> Uuid,
        claim_id -> Uuid,
        volunteer_id -> Uuid,
        agreement_id -> Nullable<Uuid>,
        position -> Int2,
        kind -> Text,
        session_id -> Nullable<Uuid>,
        on_day -> Nullable<Date>,
        inputs -> Jsonb,
        live -> Bool,
        policy_id -> Nullable<Uuid>,
        route -> Text,
        tax_year -> Nullable<Text>,
        miles_first_rate -> Int8,
        payable_pence -> Nullable<Int8>,
        elected_pence -> Nullable<Int8>,
        approved_pence -> Nullable<Int8>,
        taxable_excess_pence -> Nullable<Int8>,
        trust_cost_pence -> Int8,
        explanation -> Jsonb,
        warnings -> Jsonb,
        supplements_line_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    claim_texts (claim_id) {
        claim_id -> Uuid,
        late_reason -> Nullable<Text>,
        declaration -> Nullable<Jsonb>,
        reason -> Nullable<Text>,
        over_budget_reason -> Nullable<Text>,
    }
}

diesel::table! {
    claims (id) {
        id -> Uuid,
        version -> Int4,
        reference -> Text,
        volunteer_id -> Uuid,
        agreement_id -> Uuid,
        opportunity_id -> Uuid,
        plan_id -> Uuid,
        service_id -> Uuid,
        status -> Text,
        calculation -> Text,
        on_behalf -> Bool,
        total_pence -> Nullable<Int8>,
        lines_count -> Int2,
        warnings_count -> Int2,
        cost_pence -> Int8,
        claim_by -> Nullable<Date>,
        late -> Bool,
        supplements_claim_id -> Nullable<Uuid>,
        over_budget -> Bool,
        first_submitted_at -> Nullable<Timestamptz>,
        submitted_at -> Nullable<Timestamptz>,
        submitted_by -> Nullable<Uuid>,
        approved_at -> Nullable<Timestamptz>,
        approved_by -> Nullable<Uuid>,
        paid_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    clearance_reminders (id) {
        id -> Uuid,
        version -> Int4,
        clearance_id -> Uuid,
        volunteer_id -> Uuid,
        expires_on -> Date,
        days_before -> Int2,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    clearances (id) {
        id -> Uuid,
        version -> Int4,
        volunteer_id -> Uuid,
        kind -> Text,
        workforce -> Nullable<Text>,
        state -> Text,
        issued_on -> Nullable<Date>,
        policy_expires_on -> Nullable<Date>,
        reference_last4 -> Nullable<Text>,
        eligibility_reason -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        how -> Nullable<Text>,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Uuid,
        version -> Int4,
        volunteer_id -> Uuid,
        service_id -> Nullable<Uuid>,
        status -> Text,
        subject_type -> Text,
        subject_id -> Uuid,
        about -> Text,
        channel -> Text,
        message -> Nullable<Text>,
        done_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        automatic -> Bool,
        formats -> Jsonb,
        override_reason -> Nullable<Text>,
        send_from -> Nullable<Date>,
        attempts -> Int4,
        next_attempt_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
        bounced_at -> Nullable<Timestamptz>,
        bounced_channel -> Nullable<Text>,
        bounce_reason -> Nullable<Text>,
        route -> Nullable<Text>,
    }
}

diesel::table! {
    event_order (position) {
        position -> Int8,
        seq -> Int8,
    }
}

diesel::table! {
    event_progress (only_row) {
        only_row -> Bool,
        settled -> Int8,
        seen -> Int8,
        before -> Int8,
    }
}

diesel::table! {
    events (seq) {
        seq -> Int8,
        id -> Uuid,
        at -> Timestamptz,
        #[sql_name = "type"]
        type_ -> Text,
        resource_type -> Text,
        resource_id -> Uuid,
        version -> Int4,
        state -> Nullable<Text>,
    }
}

diesel::table! {
    experiences (id) {
        id -> Uuid,
        version -> Int4,
        volunteer_id -> Uuid,
        service_id -> Uuid,
        perspective -> Text,
        from_year -> Nullable<Int2>,
        to_year -> Nullable<Int2>,
        note -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    export_releases (id) {
        id -> Uuid,
        volunteer_id -> Uuid,
        looked_at -> Timestamptz,
        withheld -> Jsonb,
        created_at -> Timestamptz,
        created_by -> Uuid,
    }
}

diesel::table! {
    expressions (id) {
        id -> Uuid,
        version -> Int4,
        opportunity_id -> Uuid,
        service_id -> Uuid,
        volunteer_id -> Uuid,
        status -> Text,
        on_behalf -> Bool,
        statement -> Nullable<Text>,
        adjustments -> Nullable<Text>,
        conflict_declared -> Nullable<Bool>,
        conflict_cleared_at -> Nullable<Timestamptz>,
        respond_by -> Nullable<Timestamptz>,
        conditional_on -> Jsonb,
        decline_reason_code -> Nullable<Text>,
        decline_message -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        heard_from -> Nullable<Text>,
        reserved_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    feedback (id) {
        id -> Uuid,
        version -> Int4,
        plan_id -> Uuid,
        service_id -> Uuid,
        status -> Text,
        you_said -> Text,
        theme -> Nullable<Text>,
        source -> Text,
        decision -> Nullable<Text>,
        we_did -> Nullable<Text>,
        because -> Nullable<Text>,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        responded_at -> Nullable<Timestamptz>,
        told_on -> Nullable<Date>,
        told_how -> Nullable<Text>,
        behind_people -> Nullable<Int4>,
        behind_minutes -> Nullable<Int8>,
        behind_pence -> Nullable<Int8>,
        behind_fewest -> Nullable<Int4>,
    }
}

diesel::table! {
    feedback_contributors (feedback_id, volunteer_id) {
        feedback_id -> Uuid,
        volunteer_id -> Uuid,
    }
}

diesel::table! {
    given_services (staff_id, service_id) {
        staff_id -> Uuid,
        service_id -> Uuid,
    }
}

diesel::table! {
    guidance_points (number) {
        number -> Int2,
        version -> Int4,
        title -> Text,
        text -> Text,
        contact -> Nullable<Jsonb>,
        links -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    histories (resource_id, version, resource_type) {
        resource_id -> Uuid,
        version -> Int4,
        resource_type -> Text,
        at -> Timestamptz,
        actor_id -> Uuid,
        action -> Text,
        from_state -> Nullable<Text>,
        to_state -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (scope, key) {
        scope -> Text,
        key -> Text,
        fingerprint -> Text,
        status -> Int2,
        headers -> Jsonb,
        body -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        rights -> Text,
    }
}

diesel::table! {
    induction_items (position) {
        position -> Int2,
        text -> Text,
    }
}

diesel::table! {
    induction_steps (id) {
        id -> Uuid,
        induction_id -> Uuid,
        position -> Int2,
        text -> Text,
        done_on -> Nullable<Date>,
        done_by -> Nullable<Text>,
        note -> Nullable<Text>,
        recorded_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    inductions (id) {
        id -> Uuid,
        version -> Int4,
        agreement_id -> Uuid,
        due_on -> Date,
        completed_on -> Nullable<Date>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    log_in_changes (only_row) {
        only_row -> Bool,
        revision -> Int8,
    }
}

diesel::table! {
    merges (from_id) {
        from_id -> Uuid,
        into_id -> Uuid,
        merged_at -> Timestamptz,
        merged_by -> Uuid,
        moving -> Bool,
    }
}

diesel::table! {
    mileage_years (volunteer_id, tax_year) {
        volunteer_id -> Uuid,
        tax_year -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    opportunities (id) {
        id -> Uuid,
        version -> Int4,
        plan_id -> Uuid,
        service_id -> Uuid,
        status -> Text,
        title -> Text,
        summary -> Nullable<Text>,
        kind -> Text,
        involvement_level -> Nullable<Text>,
        audience -> Nullable<Text>,
        experience_wanted -> Jsonb,
        skills -> Nullable<Text>,
        commitment -> Nullable<Text>,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        mode -> Nullable<Text>,
        venue -> Nullable<Text>,
        access_notes -> Nullable<Text>,
        places -> Int4,
        accepted_count -> Int4,
        basis -> Nullable<Text>,
        offer -> Nullable<Jsonb>,
        clearances_required -> Jsonb,
        training_required -> Jsonb,
        contact -> Nullable<Jsonb>,
        closes_at -> Nullable<Timestamptz>,
        panel -> Nullable<Jsonb>,
        published_at -> Nullable<Timestamptz>,
        promised -> Nullable<Jsonb>,
        cancel_reason -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        proposed_at -> Nullable<Timestamptz>,
        cautions -> Jsonb,
        words -> Nullable<Tsvector>,
    }
}

diesel::table! {
    payees (volunteer_id) {
        volunteer_id -> Uuid,
        version -> Int4,
        supplier_number -> Nullable<Text>,
        supplier_site -> Nullable<Text>,
        payroll_number -> Nullable<Text>,
        numbers_version -> Int4,
        changed_by -> Nullable<Uuid>,
        confirmed_by -> Nullable<Uuid>,
        confirmed_at -> Nullable<Timestamptz>,
        proposed_supplier_number -> Nullable<Text>,
        proposed_supplier_site -> Nullable<Text>,
        proposed_payroll_number -> Nullable<Text>,
        proposed_by -> Nullable<Uuid>,
        proposed_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
        salt -> Nullable<Uuid>,
    }
}

diesel::table! {
    payment_run_exports (run_id, format) {
        run_id -> Uuid,
        format -> Text,
        sha256 -> Text,
        length -> Int8,
        part_count -> Int4,
        cleared_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    payment_run_export_parts (run_id, format, number) {
        run_id -> Uuid,
        format -> Text,
        number -> Int4,
        body -> Bytea,
    }
}

diesel::table! {
    payment_runs (id) {
        id -> Uuid,
        version -> Int4,
        reference -> Text,
        status -> Text,
        route -> Text,
        cut_off -> Nullable<Date>,
        cost_centre -> Nullable<Text>,
        payment_count -> Int4,
        total_pence -> Int8,
        left_out_count -> Int4,
        payees_changed_count -> Int4,
        export_sha256 -> Nullable<Text>,
        released_at -> Nullable<Timestamptz>,
        released_by -> Nullable<Uuid>,
        settled_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    recoveries (id) {
        id -> Uuid,
        version -> Int4,
        reference -> Text,
        claim_id -> Uuid,
        volunteer_id -> Uuid,
        service_id -> Uuid,
        status -> Text,
        method -> Text,
        total_pence -> Int8,
        confirmed_at -> Nullable<Timestamptz>,
        confirmed_by -> Nullable<Uuid>,
        waived_at -> Nullable<Timestamptz>,
        waived_by -> Nullable<Uuid>,
        recovered_on -> Nullable<Date>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    recovery_lines (recovery_id, line_id) {
        recovery_id -> Uuid,
        line_id -> Uuid,
        pence -> Int8,
    }
}

diesel::table! {
    recovery_texts (recovery_id) {
        recovery_id -> Uuid,
        reason -> Nullable<Text>,
        agreed_on -> Nullable<Date>,
        agreed_how -> Nullable<Text>,
        waive_reason -> Nullable<Text>,
    }
}

diesel::table! {
    repayments (id) {
        id -> Uuid,
        recovery_id -> Uuid,
        on_day -> Date,
        pence -> Int8,
        ledger_reference -> Text,
        created_at -> Timestamptz,
        created_by -> Uuid,
    }
}

diesel::table! {
    payments (id) {
        id -> Uuid,
        version -> Int4,
        claim_id -> Uuid,
        volunteer_id -> Uuid,
        route -> Text,
        status -> Text,
        cost_centre -> Text,
        amount_pence -> Int8,
        expense_pence -> Int8,
        time_pence -> Int8,
        taxable_excess_pence -> Int8,
        subjective_expense -> Text,
        subjective_payment -> Text,
        work_from -> Date,
        work_to -> Date,
        invoice_number -> Text,
        attempt -> Int4,
        payment_run_id -> Nullable<Uuid>,
        numbers_version -> Nullable<Int4>,
        retry_of_id -> Nullable<Uuid>,
        due_on -> Date,
        paid_on -> Nullable<Date>,
        ledger_reference -> Nullable<Text>,
        failure_reason -> Nullable<Text>,
        recovery_id -> Nullable<Uuid>,
        held_reason -> Nullable<Text>,
        by_hand_how -> Nullable<Text>,
        by_hand_by -> Nullable<Uuid>,
        received_by -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    person_links (number) {
        number -> Int8,
        member -> Uuid,
        other -> Nullable<Uuid>,
        digest -> Nullable<Text>,
        hash -> Text,
    }
}

diesel::table! {
    persons (member) {
        member -> Uuid,
        person -> Uuid,
        joined_at -> Timestamptz,
    }
}

diesel::table! {
    placements (id) {
        id -> Uuid,
        version -> Int4,
        opportunity_id -> Uuid,
        service_id -> Uuid,
        channel_code -> Text,
        placed_on -> Date,
        until -> Nullable<Date>,
        note -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    plan_comments (id) {
        id -> Uuid,
        version -> Int4,
        plan_id -> Uuid,
        volunteer_id -> Nullable<Uuid>,
        status -> Text,
        pointer -> Nullable<Text>,
        text -> Nullable<Text>,
        answer -> Nullable<Text>,
        resolved_at -> Nullable<Timestamptz>,
        resolved_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    plan_members (id) {
        id -> Uuid,
        version -> Int4,
        plan_id -> Uuid,
        volunteer_id -> Uuid,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    plan_spending (plan_id) {
        plan_id -> Uuid,
        approved_pence -> Int8,
    }
}

diesel::table! {
    plan_versions (plan_id, number) {
        plan_id -> Uuid,
        number -> Int4,
        document -> Jsonb,
        approved_at -> Timestamptz,
        approved_by -> Uuid,
        id -> Uuid,
        title -> Text,
        period_start -> Date,
        period_end -> Date,
        budget_pence -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    plans (id) {
        id -> Uuid,
        version -> Int4,
        service_id -> Uuid,
        status -> Text,
        title -> Text,
        period_start -> Date,
        period_end -> Date,
        budget_pence -> Int8,
        points -> Jsonb,
        approved_version -> Nullable<Int4>,
        approved_title -> Nullable<Text>,
        reason -> Nullable<Text>,
        achieved_level -> Nullable<Text>,
        reflection -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        planned_level -> Nullable<Text>,
        words -> Nullable<Tsvector>,
    }
}

diesel::table! {
    receipts (id) {
        id -> Uuid,
        claim_id -> Uuid,
        amount_pence -> Int8,
        media_type -> Text,
        size_bytes -> Int8,
        sha256 -> Text,
        file_name -> Nullable<Text>,
        kept -> Bool,
        created_at -> Timestamptz,
        created_by -> Uuid,
        scan -> Text,
    }
}

diesel::table! {
    refused_tokens (id) {
        id -> Uuid,
        version -> Int4,
        subject -> Nullable<Text>,
        token_id -> Nullable<Text>,
        reason -> Text,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    reimbursement_policies (id) {
        id -> Uuid,
        version -> Int4,
        status -> Text,
        name -> Text,
        effective_from -> Date,
        terms -> Jsonb,
        terms_digest -> Text,
        published_at -> Nullable<Timestamptz>,
        published_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    remembered_log_ins (member, salt) {
        member -> Uuid,
        salt -> Uuid,
        digest -> Text,
    }
}

diesel::table! {
    reply_secrets (hash) {
        hash -> Bytea,
        delivery_id -> Uuid,
        volunteer_id -> Uuid,
        kind -> Text,
        subject_id -> Uuid,
        standing -> Text,
        layout -> Text,
        made_at -> Timestamptz,
        until -> Timestamptz,
    }
}

diesel::table! {
    retention_periods (id) {
        id -> Uuid,
        version -> Int4,
        category -> Text,
        months -> Int4,
        minimum -> Int4,
        maximum -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    services (id) {
        id -> Uuid,
        version -> Int4,
        code -> Text,
        name -> Text,
        domain -> Text,
        cost_centre -> Text,
        subjective_expense -> Text,
        subjective_payment -> Text,
        contact_email -> Text,
        active -> Bool,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    session_arrangements (id) {
        id -> Uuid,
        version -> Int4,
        session_id -> Uuid,
        volunteer_id -> Uuid,
        items -> Jsonb,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        updated_by -> Uuid,
    }
}

diesel::table! {
    session_news (delivery_id, session_id) {
        delivery_id -> Uuid,
        session_id -> Uuid,
        volunteer_id -> Uuid,
        said -> Jsonb,
        was -> Nullable<Jsonb>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    session_replies (id) {
        id -> Uuid,
        version -> Int4,
        session_id -> Uuid,
        volunteer_id -> Uuid,
        reply -> Text,
        how -> Text,
        note -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        updated_by -> Uuid,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        version -> Int4,
        opportunity_id -> Uuid,
        service_id -> Uuid,
        status -> Text,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        venue -> Nullable<Text>,
        title -> Nullable<Text>,
        mode -> Nullable<Text>,
        join_details -> Nullable<Text>,
        moved_at -> Nullable<Timestamptz>,
        cancelled_at -> Nullable<Timestamptz>,
        cancel_reason -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    staff_services (id) {
        id -> Uuid,
        version -> Int4,
        subject -> Text,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    support_contact_texts (contact_id) {
        contact_id -> Uuid,
        shared_note -> Nullable<Text>,
        private_note -> Nullable<Text>,
    }
}

diesel::table! {
    support_contacts (id) {
        id -> Uuid,
        version -> Int4,
        agreement_id -> Uuid,
        volunteer_id -> Uuid,
        service_id -> Uuid,
        on_day -> Date,
        kind -> Text,
        next_due -> Nullable<Date>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    template_files (id) {
        id -> Uuid,
        number -> Int2,
        purpose -> Text,
        title -> Text,
        media_type -> Text,
        size_bytes -> Int8,
        sha256 -> Text,
        file_name -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
    }
}

diesel::table! {
    trainings (id) {
        id -> Uuid,
        version -> Int4,
        code -> Text,
        name -> Text,
        description -> Nullable<Text>,
        active -> Bool,
        created_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    unclaimed_files (file_id) {
        file_id -> Uuid,
        since -> Timestamptz,
    }
}

diesel::table! {
    updates (id) {
        id -> Uuid,
        version -> Int4,
        plan_id -> Uuid,
        service_id -> Uuid,
        title -> Text,
        text -> Text,
        easy_read_text -> Nullable<Text>,
        channel -> Nullable<Text>,
        override_reason -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    volunteer_profiles (volunteer_id) {
        volunteer_id -> Uuid,
        legal_name -> Text,
        preferred_name -> Nullable<Text>,
        pronouns -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        address -> Nullable<Text>,
        preferred_contact -> Text,
        communication_needs -> Jsonb,
        needs_review_due -> Nullable<Date>,
        adjustments -> Nullable<Text>,
        interests -> Jsonb,
        skills -> Jsonb,
        memberships -> Jsonb,
        update_preferences -> Nullable<Jsonb>,
        link_person -> Nullable<Jsonb>,
        weekly_alert_pence -> Nullable<Int8>,
        other_miles -> Jsonb,
        leave_note -> Nullable<Text>,
        estate -> Nullable<Jsonb>,
        emergency_contact -> Nullable<Jsonb>,
        acts_with -> Nullable<Jsonb>,
        under_18 -> Bool,
        guardian -> Nullable<Jsonb>,
        words -> Nullable<Tsvector>,
        name_key -> Text,
    }
}

diesel::table! {
    volunteers (id) {
        id -> Uuid,
        version -> Int4,
        status -> Text,
        staff_subject -> Nullable<Text>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
        privacy_notice_version -> Nullable<Text>,
        left_on -> Nullable<Date>,
        leave_reason -> Nullable<Text>,
    }
}

diesel::table! {
    webhook_attempts (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        event_id -> Uuid,
        event_type -> Text,
        position -> Int8,
        at -> Timestamptz,
        outcome -> Text,
        status -> Nullable<Int4>,
        took_ms -> Int4,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        version -> Int4,
        status -> Text,
        given_up -> Bool,
        url -> Text,
        description -> Nullable<Text>,
        types -> Array<Nullable<Text>>,
        money -> Bool,
        secret -> Bytea,
        previous_secret -> Nullable<Bytea>,
        previous_until -> Nullable<Timestamptz>,
        position -> Int8,
        failures -> Int4,
        failing_since -> Nullable<Timestamptz>,
        next_at -> Timestamptz,
        claim -> Nullable<Uuid>,
        claimed_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(access_log -> actors (actor_id));
diesel::joinable!(actor_volunteers -> actors (actor_id));
diesel::joinable!(agreement_pauses -> agreements (agreement_id));
diesel::joinable!(agreement_texts -> agreements (agreement_id));
diesel::joinable!(agreements -> actors (created_by));
diesel::joinable!(agreements -> opportunities (opportunity_id));
diesel::joinable!(agreements -> plans (plan_id));
diesel::joinable!(agreements -> services (service_id));
diesel::joinable!(agreements -> volunteers (volunteer_id));
diesel::joinable!(attendances -> actors (recorded_by));
diesel::joinable!(attendances -> agreements (agreement_id));
diesel::joinable!(attendances -> sessions (session_id));
diesel::joinable!(attendances -> volunteers (volunteer_id));
diesel::joinable!(audit_records -> actors (actor_id));
diesel::joinable!(audit_seals -> audit_records (audit_seq));
diesel::joinable!(calendar_addresses -> actors (created_by));
diesel::joinable!(calendar_addresses -> volunteers (volunteer_id));
diesel::joinable!(channels -> actors (created_by));
diesel::joinable!(claim_line_texts -> claim_lines (line_id));
diesel::joinable!(claim_line_texts -> claims (claim_id));
diesel::joinable!(claim_lines -> claims (claim_id));
diesel::joinable!(claim_lines -> reimbursement_policies (policy_id));
diesel::joinable!(claim_lines -> sessions (session_id));
diesel::joinable!(claim_texts -> claims (claim_id));
diesel::joinable!(claims -> agreements (agreement_id));
diesel::joinable!(claims -> plans (plan_id));
diesel::joinable!(claims -> services (service_id));
diesel::joinable!(claims -> volunteers (volunteer_id));
diesel::joinable!(clearance_reminders -> actors (created_by));
diesel::joinable!(clearance_reminders -> clearances (clearance_id));
diesel::joinable!(clearance_reminders -> volunteers (volunteer_id));
diesel::joinable!(clearances -> actors (created_by));
diesel::joinable!(clearances -> volunteers (volunteer_id));
diesel::joinable!(deliveries -> actors (created_by));
diesel::joinable!(deliveries -> services (service_id));
diesel::joinable!(deliveries -> volunteers (volunteer_id));
diesel::joinable!(experiences -> actors (created_by));
diesel::joinable!(experiences -> services (service_id));
diesel::joinable!(experiences -> volunteers (volunteer_id));
diesel::joinable!(export_releases -> actors (created_by));
diesel::joinable!(export_releases -> volunteers (volunteer_id));
diesel::joinable!(expressions -> actors (created_by));
diesel::joinable!(expressions -> opportunities (opportunity_id));
diesel::joinable!(expressions -> services (service_id));
diesel::joinable!(expressions -> volunteers (volunteer_id));
diesel::joinable!(feedback -> actors (created_by));
diesel::joinable!(feedback -> plans (plan_id));
diesel::joinable!(feedback -> services (service_id));
diesel::joinable!(feedback_contributors -> feedback (feedback_id));
diesel::joinable!(feedback_contributors -> volunteers (volunteer_id));
diesel::joinable!(histories -> actors (actor_id));
diesel::joinable!(induction_steps -> actors (recorded_by));
diesel::joinable!(induction_steps -> inductions (induction_id));
diesel::joinable!(inductions -> actors (created_by));
diesel::joinable!(inductions -> agreements (agreement_id));
diesel::joinable!(merges -> actors (merged_by));
diesel::joinable!(mileage_years -> volunteers (volunteer_id));
diesel::joinable!(opportunities -> actors (created_by));
diesel::joinable!(opportunities -> plans (plan_id));
diesel::joinable!(opportunities -> services (service_id));
diesel::joinable!(payees -> volunteers (volunteer_id));
diesel::joinable!(payment_run_exports -> payment_runs (run_id));
diesel::joinable!(payments -> actors (created_by));
diesel::joinable!(payments -> claims (claim_id));
diesel::joinable!(payments -> payment_runs (payment_run_id));
diesel::joinable!(placements -> actors (created_by));
diesel::joinable!(placements -> opportunities (opportunity_id));
diesel::joinable!(placements -> services (service_id));
diesel::joinable!(plan_comments -> plans (plan_id));
diesel::joinable!(plan_comments -> volunteers (volunteer_id));
diesel::joinable!(plan_members -> actors (created_by));
diesel::joinable!(plan_members -> plans (plan_id));
diesel::joinable!(plan_members -> volunteers (volunteer_id));
diesel::joinable!(plan_spending -> plans (plan_id));
diesel::joinable!(plan_versions -> actors (approved_by));
diesel::joinable!(plan_versions -> plans (plan_id));
diesel::joinable!(plans -> actors (created_by));
diesel::joinable!(plans -> services (service_id));
diesel::joinable!(receipts -> actors (created_by));
diesel::joinable!(receipts -> claims (claim_id));
diesel::joinable!(reply_secrets -> deliveries (delivery_id));
diesel::joinable!(reply_secrets -> volunteers (volunteer_id));
diesel::joinable!(services -> actors (created_by));
diesel::joinable!(session_arrangements -> sessions (session_id));
diesel::joinable!(session_arrangements -> volunteers (volunteer_id));
diesel::joinable!(session_news -> deliveries (delivery_id));
diesel::joinable!(session_news -> sessions (session_id));
diesel::joinable!(session_news -> volunteers (volunteer_id));
diesel::joinable!(session_replies -> sessions (session_id));
diesel::joinable!(session_replies -> volunteers (volunteer_id));
diesel::joinable!(sessions -> actors (created_by));
diesel::joinable!(sessions -> opportunities (opportunity_id));
diesel::joinable!(sessions -> services (service_id));
diesel::joinable!(given_services -> services (service_id));
diesel::joinable!(given_services -> staff_services (staff_id));
diesel::joinable!(refused_tokens -> actors (created_by));
diesel::joinable!(staff_services -> actors (created_by));
diesel::joinable!(support_contact_texts -> support_contacts (contact_id));
diesel::joinable!(support_contacts -> actors (created_by));
diesel::joinable!(support_contacts -> agreements (agreement_id));
diesel::joinable!(support_contacts -> services (service_id));
diesel::joinable!(support_contacts -> volunteers (volunteer_id));
diesel::joinable!(template_files -> actors (created_by));
diesel::joinable!(template_files -> guidance_points (number));
diesel::joinable!(trainings -> actors (created_by));
diesel::joinable!(updates -> actors (created_by));
diesel::joinable!(updates -> plans (plan_id));
diesel::joinable!(updates -> services (service_id));
diesel::joinable!(volunteer_profiles -> volunteers (volunteer_id));
diesel::joinable!(volunteers -> actors (created_by));
diesel::joinable!(webhook_attempts -> webhooks (webhook_id));
diesel::joinable!(webhooks -> actors (created_by));

diesel::allow_tables_to_appear_in_same_query!(
    access_log,
    actor_volunteers,
    actors,
    agreement_pauses,
    agreement_texts,
    agreements,
    attendances,
    audit_records,
    audit_seals,
    calendar_addresses,
    channels,
    claim_line_texts,
    claim_lines,
    claim_texts,
    claims,
    clearance_reminders,
    clearances,
    deliveries,
    experiences,
    export_releases,
    expressions,
    feedback,
    feedback_contributors,
    given_services,
    guidance_points,
    histories,
    induction_items,
    induction_steps,
    inductions,
    log_in_changes,
    merges,
    mileage_years,
    opportunities,
    payees,
    payment_run_export_parts,
    payment_run_exports,
    payment_runs,
    payments,
    person_links,
    persons,
    placements,
    plan_comments,
    plan_members,
    plan_spending,
    plan_versions,
    plans,
    receipts,
    recoveries,
    recovery_lines,
    recovery_texts,
    repayments,
    refused_tokens,
    reimbursement_policies,
    remembered_log_ins,
    reply_secrets,
    retention_periods,
    services,
    session_arrangements,
    session_news,
    session_replies,
    sessions,
    staff_services,
    support_contact_texts,
    support_contacts,
    template_files,
    trainings,
    unclaimed_files,
    updates,
    volunteer_profiles,
    volunteers,
    webhook_attempts,
    webhooks,
);
