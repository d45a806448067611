// npm `soap`: sends a document and asks for one that is not there; prints what it hears.
const soap = require("soap");
const [wsdl, token, agencyToken, document, version] = process.argv.slice(2);

async function main() {
  const client = await soap.createClientAsync(wsdl, {
    forceSoap12Headers: version === "1.2",
  });
  client.setSecurity(new soap.BearerSecurity(token));
  const port = client[`Axis`][version === "1.2" ? "Soap12" : "Soap11"];
  const call = (name, args) =>
    new Promise((resolve) =>
      port[name](args, (error, result) => resolve({ error, result })),
    );
  const sent = await call("SendDocument", { Document: document });
  client.setSecurity(new soap.BearerSecurity(agencyToken));
  const lost = await call("GetDocument", { DocumentId: "no-such" });
  console.log(
    JSON.stringify({
      taken: sent.result && sent.result.Report.IsSuccess,
      sha256: sent.result && sent.result.Sha256,
      error: sent.error && String(sent.error),
      status: lost.error && lost.error.response.status,
      fault: lost.error && JSON.stringify(lost.error.root),
    }),
  );
}

main();
