// A policy whose loading waits for something that never comes.
await new Promise(() => setInterval(() => {}, 1000));
