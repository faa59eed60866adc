using System.Text.Json;
using Caisson.Core.Policy;
using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Templates.Builds;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>The protocol's steps as the engine has them.</summary>
internal static class TemplateSteps
{
    private const int MostSteps = 1000;

    public static TemplateRecipe Recipe(BuildStart body, EgressPolicy egress)
    {
        var from = (body.FromTemplate, body.FromImage) switch
        {
            ({ Length: > 0 } template, null or "") => template,
            (null or "", { Length: > 0 } image) => image,
            _ => throw new E2bHttpException(400, "exactly one of fromImage and fromTemplate must be given"),
        };
        if (body.FromImageRegistry is { ValueKind: JsonValueKind.Object })
            throw new E2bHttpException(400, $"this server does not fetch images during a build, so it takes no registry credentials; import the image with 'caisson template import {from}'");
        if (body.Steps is { Count: > MostSteps })
            throw new E2bHttpException(400, $"a template has at most {MostSteps} steps");
        return new TemplateRecipe
        {
            From = from,
            Steps = [.. (body.Steps ?? []).Select((step, index) => Step(step, index + 1))],
            StartCommand = Command(body.StartCmd, "startCmd"),
            ReadyCommand = Command(body.ReadyCmd, "readyCmd"),
            Force = body.Force == true,
            Egress = egress,
        };
    }

    private static TemplateStep Step(BuildStep? step, int number)
    {
        var arguments = step?.Args ?? [];
        if (step?.Type is null || arguments.Any(argument => argument is null || argument.Contains('\0', StringComparison.Ordinal)))
            throw new E2bHttpException(400, $"step {number} has no type, or an argument that is no text");
        TemplateStep read = (step.Type.ToUpperInvariant(), arguments) switch
        {
            ("RUN", [{ Length: > 0 } command]) => new RunStep([command]),
            ("RUN", [{ Length: > 0 } command, var user]) => new RunStep([command], User: OrNull(user)),
            ("COPY", [var source, { Length: > 0 } destination, .. var rest]) => new CopyStep(
                source, destination, step.FilesHash ?? throw new E2bHttpException(400, $"step {number}: filesHash is required"), OrNull(rest.ElementAtOrDefault(0)), OrNull(rest.ElementAtOrDefault(1))),
            ("ENV", { Count: > 0 } pairs) when pairs.Count % 2 == 0 => new EnvironmentStep([.. pairs.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1]))]),
            ("WORKDIR", [{ Length: > 0 } path]) => new DirectoryStep(path),
            ("USER", [{ Length: > 0 } name]) => new UserStep(name),
            ("RUN" or "COPY" or "ENV" or "WORKDIR" or "USER", _) => throw new E2bHttpException(400, $"step {number}: {step.Type} does not take these arguments"),
            _ => throw new E2bHttpException(400, $"step {number}: there is no step of the type '{step.Type}'"),
        };
        return read with { Force = step.Force == true };
    }

    private static string? Command(string? text, string field) => text switch
    {
        null or "" => null,
        _ when text.Contains('\0', StringComparison.Ordinal) => throw new E2bHttpException(400, $"{field} must be text without NUL"),
        _ => text,
    };

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
