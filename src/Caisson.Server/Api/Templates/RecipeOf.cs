using Caisson.Core.Failures;
using Caisson.Engine.Templates.Builds;
using Caisson.Engine.Templates.Dockerfiles;
using Caisson.Server.Api.Sandboxes;

namespace Caisson.Server.Api.Templates;

/// <summary>Turns a request into a recipe, refusing what cannot be meant.</summary>
internal static class RecipeOf
{
    private const int MostSteps = 1000;

    /// <summary>The recipe that a request asks for.</summary>
    public static TemplateRecipe Request(BuildTemplate body)
    {
        if (body.StepTimeoutSeconds is { } seconds)
            Check.Range(seconds, 1, 86400, "stepTimeoutSeconds");
        if (body.Steps.Count > MostSteps)
            throw Bad($"'steps' has more than {MostSteps} steps.");
        if (body.Wall is not null)
            Check.Name(body.Wall, "wall");
        return Body(body) with
        {
            Force = body.Force,
            Egress = SandboxSpecOf.Egress(body.Egress ?? new EgressBody()),
            Wall = body.Wall,
            StepLimit = body.StepTimeoutSeconds is { } limit ? TimeSpan.FromSeconds(limit) : null,
        };
    }

    private static TemplateRecipe Body(BuildTemplate body)
    {
        var start = Command(body.StartCommand, "startCommand");
        var ready = Command(body.ReadyCommand, "readyCommand");
        if (body.Dockerfile is not { } dockerfile)
        {
            Check.Name(body.From ?? "", "from");
            if (body.Files is not null || body.Arguments is not null)
                throw Bad("'files' and 'arguments' go with a 'dockerfile'; a copy step names its own files.");
            return new TemplateRecipe { From = body.From!, Steps = [.. body.Steps.Select(Step)], StartCommand = start, ReadyCommand = ready };
        }

        if (body.From is not null || body.Steps.Count > 0)
            throw Bad("A 'dockerfile' has its own FROM and steps.");
        var read = Dockerfile.Read(dockerfile, body.Files, Check.Labels(body.Arguments, "arguments"));
        return read with { StartCommand = start ?? read.StartCommand, ReadyCommand = ready };
    }

    private static TemplateStep Step(TemplateStepBody? step, int index)
    {
        if (step is null)
            throw Bad($"step {index + 1} is null.");
        var steps = new List<TemplateStep?>
        {
            step.Run is { Length: > 0 } run ? new RunStep([Check.Text(run, "run")], User: Check.User(step.User)) : null,
            step.Exec is { Count: > 0 } exec ? new RunStep([.. exec.Select(word => Check.Text(word ?? "", "exec"))], IsShell: false, Check.User(step.User)) : null,
            step.Copy is { } copy ? new CopyStep(Check.Path(copy.Source, "source"), Check.Path(copy.Destination, "destination"), copy.Files, Check.User(copy.User), copy.Mode) : null,
            step.Environment is { } environment ? new EnvironmentStep([.. Check.Environment(environment)]) : null,
            step.Directory is { } directory ? new DirectoryStep(Check.Path(directory, "directory")) : null,
            step.AsUser is { } user ? new UserStep(Check.User(user)!) : null,
        };
        return steps.OfType<TemplateStep>().ToList() is [var one]
            ? one with { Force = step.Force }
            : throw Bad($"step {index + 1} must have exactly one of run, exec, copy, environment, directory and asUser.");
    }

    private static string? Command(string? text, string field) => string.IsNullOrEmpty(text) ? null : Check.Text(text, field);

    private static CaissonException Bad(string message) => new(ErrorCode.InvalidArgument, message);
}
