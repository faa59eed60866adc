using Caisson.Core.Failures;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd.Rest;

/// <summary>Turns failures of envd's REST calls into its error bodies.</summary>
internal static class EnvdRest
{
    public static RequestDelegate Of(Func<EnvdCall, Task> operation) => http => InvokeAsync(http, operation);

    private static async Task InvokeAsync(HttpContext http, Func<EnvdCall, Task> operation)
    {
        try
        {
            await operation(EnvdCall.Of(http));
        }
        catch (E2bHttpException error) when (!http.Response.HasStarted)
        {
            await E2bResponses.WriteErrorAsync(http, error.Status, error.Message);
        }
        catch (BadHttpRequestException error) when (!http.Response.HasStarted)
        {
            await E2bResponses.WriteErrorAsync(http, error.StatusCode, error.Message);
        }
        catch (CaissonException error) when (!http.Response.HasStarted && error.Code is not (ErrorCode.Unavailable or ErrorCode.Internal))
        {
            // A full disk has a status of its own here; clients make NotEnoughSpace of it.
            var status = error.Code == ErrorCode.ResourceExhausted ? 507 : E2bError.StatusOf(error.Code);
            await E2bResponses.WriteErrorAsync(http, status, E2bError.From(error).Message);
        }
    }
}
