// This script creates a user with least rights for each service. The image of MongoDB runs it once, when the data
// folder is empty. The table "Rights in MongoDB" in infra/docs/operations.md states which command needs which action.
const studybuddy = db.getSiblingDB("studybuddy");
const everyCollection = { db: "studybuddy", collection: "" };

function on(collection, actions) {
  return { resource: { db: "studybuddy", collection: collection }, actions: actions };
}

studybuddy.createRole({
  role: "apiService",
  roles: [],
  privileges: [
    { resource: everyCollection, actions: ["find", "listCollections"] },
    on("projection_generations", ["insert", "update"]),
    on("projection_broken", ["insert", "update"]),
    on("dead_letters", ["update"]),
  ],
});
studybuddy.createRole({
  role: "mongoProjector",
  roles: [],
  privileges: [
    {
      resource: everyCollection,
      actions: ["find", "insert", "update", "createIndex", "dropCollection", "listCollections"],
    },
    on("projection_broken", ["remove"]),
    on("projector_instances", ["remove"]),
  ],
});
studybuddy.createUser({ user: "api-service", pwd: process.env.API_SERVICE_PASSWORD, roles: ["apiService"] });
studybuddy.createUser({ user: "mongo-projector", pwd: process.env.MONGO_PROJECTOR_PASSWORD, roles: ["mongoProjector"] });
