//! Involvement: from an involvement plan to a paid claim and "you said, we did".
//! This is the contents page; `ARCHITECTURE.md` has the map.

pub mod access; // who is asking, and who may
pub mod agreements; // agreements with volunteers
pub mod app; // starting, serving, stopping
pub mod audit; // the record nobody can change
pub mod channels; // where opportunities are advertised
pub mod claims; // from the first line to the decision
pub mod clock; // the only place that asks what time it is
pub mod db; // PostgreSQL and nothing else
pub mod deliveries; // messages that people must be sent
pub mod digest; // SHA-256 in the forms in which it is used
pub mod documents; // what people print: adverts, agreements, forms, posters
pub mod embedded_postgres; // a PostgreSQL of the service's own
pub mod events; // what other systems are told of changes
pub mod expressions; // expressions of interest
pub mod features; // the one list of features
pub mod feedback; // you said, we did
pub mod files; // files that people send, in an object store
pub mod guidance; // the ten points of the advice
pub mod http; // what every endpoint shares
pub mod life; // a life cycle is one table
pub mod log_ins; // refused log-ins, and the services of staff
pub mod machine; // the machine it runs on: its own names, private files
pub mod mail; // sending e-mail
pub mod matching; // volunteers who fit an opportunity
pub mod me; // the signed-in user and what waits for them
pub mod metrics; // figures for monitoring
pub mod money; // pence, miles and rates, exact
pub mod openapi; // the OpenAPI document
pub mod opportunities; // opportunities to be involved
pub mod outgoing; // requests that the service itself sends
pub mod payments; // payments and payment runs
pub mod people; // people, their needs and experience, their clearances and training
pub mod plans; // involvement plans and their ten points
pub mod policies; // reimbursement policies and the calculator
pub mod privacy; // export of a person's data, what is due for removal
pub mod processes; // what writes two features in one transaction
pub mod public; // what anybody may see
pub mod recoveries; // money that comes back
pub mod refusal; // every refusal, without HTTP
pub mod reports; // reports
pub mod retention; // how long each kind of personal data is kept
pub mod secret_addresses; // what is done by an address that only one person was told
pub mod service; // the service put together
pub mod services; // the trust's services
pub mod sessions; // sessions and who attended
pub mod settings; // every environment variable
pub mod spreadsheet; // tables as CSV
pub mod support; // support for people, and their induction
pub mod text; // texts whose limits stand in the type
pub mod trust;
pub mod updates; // updates for the people of a plan
pub mod vocabulary; // closed lists that several features speak
pub mod webhooks; // events sent to other systems
pub mod work; // one unit of work: reading, writing, the record, who read what
