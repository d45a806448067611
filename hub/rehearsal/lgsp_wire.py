"""The wire forms of LGSPs as this rehearsal speaks them (EDXML.md 3.2, 3.3).

Two forms over one ledger; each call carries a bearer (good for half an hour),
`X-SystemId` and the system's own secret in `X-SecretKey`. A bearer that has ended is
HTTP 401 `{"licenseInfo": "invalid"}`, a wrong system or secret `errorCode` 15.

Lạng Sơn's, under `/v1`:

    POST /v1/auth/login?allow_anonymous=true
         {"username", "password", "applicationCode", "otp": null,
          "twoFactorProvider": null, "typeObjs": [0, 1]}
         {"success": true, "token": "...", "expiresIn": 1800}
    GET  /v1/syncReceivedEdocList?messageType=edoc&fromDate=2019/12/02&toDate=2019/12/02
         {"success": true, "count": 1, "errorCode": 0, "errorDesc": "", "data": [
           {"docId", "serviceType", "messageType", "createdTime", "updatedTime",
            "from", "to", "status": "initial", "statusDesc"}]}
    GET  /v1/getEdoc?docId=...
         {"docId", "from", "fromName", "edocCode", "edocAbstract", "edxml": "<base64>",
          "attachments": [{"fileName", "fileContent": "<base64>"}]}
    POST /v1/updateStatus {"docId", "status": "done" | "fail", "description"}
    POST /v1/sendEdoc     multipart: `edocFile` (name ends .edxml), `messageType`
         {"success": true, "message": "...", "docId": "..."}
         {"success": false, "data": {"docId", "status", "errorCode", "errorDesc"}}
    GET  /v1/getAgenciesList

The API manager's (WSO2), under `/truclienthong/v1.0.0`:

    POST /token           grant_type=client_credentials, Basic system:password
         {"access_token", "token_type": "Bearer", "expires_in": 1800, "scope"}
    GET  /vanbans?messageType=edoc&fromDate=&toDate=&pageIndex=1&pageSize=50
         {"status": "OK", "errorCode": "0", "errorDesc": "", "total": 1, "data": [...]}
    GET  /vanbans/{docId}   {..., "docId", "data": "<base64 edXML>"}
    POST /vanbans           {"messageType": "edoc", "data": "<base64 edXML>"}
                            {..., "docId"}
    PUT  /vanbans/{docId}   {"status": "INITIAL|PROCESSING|DONE|FAIL", "description"}
    GET  /donvilienthongs?pageIndex=1&pageSize=1000&province=H40
         {..., "total", "data": [{"id", "code", "code102", "name", "pcode"}]}
    POST | PUT /donvilienthongs {"code", "name", ...}

Chosen by us [I]: names of the paging parameters, `X-SecretKey` in both forms, and that
who sends and receives is read from the edXML itself. Unless files are to lie beside
the edXML (`beside`), it is whole and `attachments` is empty.
"""

from datetime import timedelta

LANGSON = "/v1"
WSO2 = "/truclienthong/v1.0.0"
TOKEN = "/token"  # noqa: S105 - a path
SYSTEM_HEADER = "X-SystemId"
SECRET_HEADER = "X-SecretKey"  # noqa: S105 - the name of a header
FILE_PART = "edocFile"
BEARER_LIFE = timedelta(minutes=30)
NO_BEARER = {"licenseInfo": "invalid"}
