namespace Amend.Editing.Editors.KnowledgeNeurons;

/// <summary>What counts as a neuron's activation.</summary>
public enum NeuronSite
{
    /// <summary>The down projection's input, as Dai et al. 2022 define it.</summary>
    AfterActivation,

    /// <summary>The up projection's output, which kmeng01/rome's baseline scales on GPT-2; for replication.</summary>
    BeforeActivation,
}
