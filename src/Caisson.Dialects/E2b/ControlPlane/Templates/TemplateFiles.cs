using Caisson.Core.Failures;
using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Routing;
using Caisson.Engine.Templates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>Archives for COPY: a link by hash, and the upload.</summary>
internal static class TemplateFiles
{
    public static Task LinkAsync(ControlCall call)
    {
        if (call.Builds.FindTemplate(call.Tenant, TemplateBuilds.Reference(call)) is not { } template || template.Tenant != call.Tenant)
            throw new E2bHttpException(404, $"template '{TemplateBuilds.Reference(call)}' not found");
        var hash = TemplateBuilds.Reference(call, "hash");
        var present = call.Builds.HasFiles(call.Tenant, hash);
        var request = call.Http.Request;
        // The link is always there: a client that was told to sends what is present anew.
        var url = $"{request.Scheme}://{request.Host}/templates/{template.Id}/files/{hash}";
        var ticket = call.Http.RequestServices.GetRequiredService<UploadTickets>().Issue(call.Tenant, hash);
        return E2bResponses.WriteAsync(
            call.Http, 201, new FileUpload(present, url, new Dictionary<string, string>(StringComparer.Ordinal) { [UploadTickets.Header] = ticket }), E2bJson.Default.FileUpload);
    }

    /// <summary>Takes an archive; whoever has the ticket needs no key.</summary>
    public static async Task UploadAsync(HttpContext http)
    {
        try
        {
            var hash = http.GetRouteValue("hash") as string ?? "";
            var tenant = http.RequestServices.GetRequiredService<UploadTickets>().TenantOf(http.Request.Headers[UploadTickets.Header].ToString(), hash)
                ?? throw new E2bHttpException(401, $"the header {UploadTickets.Header} is missing, or its leave has run out");
            var engine = http.RequestServices.GetService<ITemplateEngine>() ?? throw Unsupported.Feature("building templates");
            RequestLimits.Lift(http);
            await engine.PutFilesAsync(tenant, hash, http.Request.Body, verify: false, http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status200OK;
        }
        catch (E2bHttpException error)
        {
            await E2bResponses.WriteErrorAsync(http, error.Status, error.Message);
        }
        catch (CaissonException failure)
        {
            var error = E2bError.From(failure);
            await E2bResponses.WriteErrorAsync(http, error.Code == 429 ? 413 : error.Code, error.Message);
        }
        catch (BadHttpRequestException bad)
        {
            await E2bResponses.WriteErrorAsync(http, bad.StatusCode, bad.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client gave up; so did we.
        }
    }
}
