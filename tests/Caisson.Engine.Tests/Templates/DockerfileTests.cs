using Caisson.Core.Failures;
using Caisson.Engine.Templates.Builds;
using Caisson.Engine.Templates.Dockerfiles;
using Xunit;

namespace Caisson.Engine.Tests.Templates;

public sealed class DockerfileTests
{
    private static readonly Dictionary<string, string> _none = [];

    [Fact]
    public void Instructions_become_steps()
    {
        var recipe = Dockerfile.Read("FROM base AS x\nRUN a \\\n  # between\n  b\nWORKDIR /w\nUSER root\nENV A=1 B='$A' C=\"a b\"\nENV D e f\n", null, _none);
        Assert.Equal("base", recipe.From);
        Assert.Equal(["RUN a   b", "WORKDIR /w", "USER root", "ENV A B C", "ENV D"], recipe.Steps.Select(step => step.Text));
        Assert.Equal(["1", "\\$A", "a b"], ((EnvironmentStep)recipe.Steps[3]).Variables.Select(pair => pair.Value));
        Assert.Equal("e f", ((EnvironmentStep)recipe.Steps[4]).Variables[0].Value);
        Assert.Equal(("root", "/"), (recipe.StepUser, recipe.StepDirectory));
    }

    [Fact]
    public void Copies_are_of_the_context_and_belong_to_root()
    {
        var recipe = Dockerfile.Read("FROM base\nCOPY --chown=user --chmod=600 a b /in\nADD [\"with blank\", \"/x\"]\nCOPY . .", "hash", _none);
        Assert.Equal(
            [new CopyStep("a", "/in/", "hash", "user", "600"), new CopyStep("b", "/in/", "hash", "user", "600"), new CopyStep("with blank", "/x", "hash", "root"), new CopyStep(".", ".", "hash", "root")],
            recipe.Steps.Cast<CopyStep>());
    }

    [Fact]
    public void Arguments_are_put_in_and_are_of_run_steps_alone()
    {
        var recipe = Dockerfile.Read("ARG TAG=1\nFROM img:${TAG}\nARG A=x\nARG B\nARG C\nENV V=$A-$B-$HOME\nENV A=env\nRUN $A", null, new Dictionary<string, string> { ["B"] = "y" });
        Assert.Equal("img:1", recipe.From);
        Assert.Equal("x-y-$HOME", ((EnvironmentStep)recipe.Steps[0]).Variables[0].Value);
        var run = Assert.IsType<RunStep>(recipe.Steps[2]);
        Assert.Equal(["B", "TAG"], run.Variables.Keys.Order());
    }

    [Theory]
    [InlineData("CMD a b", "a b")]
    [InlineData("CMD [\"a\", \"b c\"]", "exec 'a' 'b c'")]
    [InlineData("ENTRYPOINT [\"e\"]\nCMD [\"it's\"]", "exec 'e' 'it'\\''s'")]
    [InlineData("ENTRYPOINT e\nCMD x", "e")]
    [InlineData("RUN true", null)]
    public void The_start_command_is_what_an_image_would_run(string rest, string? expected) =>
        Assert.Equal(expected, Dockerfile.Read($"FROM base\n{rest}", null, _none).StartCommand);

    [Theory]
    [InlineData("FROM base\nVOLUME /x", "line 2: VOLUME")]
    [InlineData("FROM base\nADD a.tar.gz /x", "line 2: ADD does not unpack")]
    [InlineData("FROM base\nUSER a:b", "line 2: USER names a group")]
    [InlineData("FROM base\nENV A", "line 2: ENV takes")]
    [InlineData("FROM", "line 1: FROM")]
    public void What_is_not_supported_names_its_line(string text, string expected)
    {
        var failure = Assert.Throws<CaissonException>(() => Dockerfile.Read(text, "hash", _none));
        Assert.Equal(ErrorCode.InvalidArgument, failure.Code);
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$A/${A}b", "1/1b")]
    [InlineData("${NO:-else}${A:+then}${A:-x}${NO:+x}", "elsethen1")]
    [InlineData("\\$A $ $1 $", "$A $ $1 $")]
    [InlineData("$PATH", VariableExpansion.DefaultPath)]
    public void Variables_are_expanded(string text, string expected) =>
        Assert.Equal(expected, VariableExpansion.Expand(text, new Dictionary<string, string> { ["A"] = "1" }));
}
