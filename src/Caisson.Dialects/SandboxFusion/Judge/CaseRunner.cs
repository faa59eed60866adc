using Caisson.Core.Failures;
using Caisson.Dialects.SandboxFusion.Http;
using Caisson.Dialects.SandboxFusion.Running;
using Caisson.Engine.Rollouts;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>Runs one case; a failure of ours is thrown, since as a case that did not pass it would be taken for a wrong answer.</summary>
internal sealed class CaseRunner(CodeRunner code)
{
    public async Task<RunCodeResponse> RunAsync(string tenant, RunCodeRequest request, CancellationToken cancellation)
    {
        try
        {
            var result = await code.ResultAsync(tenant, request, cancellation);
            return result.Label != RolloutLabel.Infrastructure
                ? Outcome.Code(result)
                : throw new FusionException(StatusCodes.Status500InternalServerError, $"the case could not be run: {result.Message}");
        }
        catch (CaissonException refused) when (refused.Code == ErrorCode.InvalidArgument)
        {
            return Outcome.Refused(refused.Message);
        }
        catch (CaissonException missing) when (missing.Code == ErrorCode.Unsupported)
        {
            throw new FusionException(StatusCodes.Status500InternalServerError, $"the case could not be run: {missing.Message}");
        }
    }
}
