"""A layer of recurrent cells, and the encoder made of them; sequences are time-major [T,B,...].

Shape letters as in `encoder_decoder`; R directions, M embedding size, G gates of the cell, H width of a
layer.
"""

from typing import cast

import torch
from torch import Tensor, nn

from seq2seq.config import ModelConfig
from seq2seq.models.dropout import drop
from seq2seq.models.recurrence import CELLS, run_cell
from seq2seq.models.sequences import project, reverse_real, reversing_index

LayerState = tuple[Tensor, ...]
"""What a layer carries from step to step: its hidden state, and the cell of an LSTM."""


class RecurrentLayer(nn.Module):
    """The weights of one layer, for one direction or two.

    Recurrent weights start orthogonal gate by gate (Saxe 2014, arXiv:1312.6120), input weights as Glorot
    2010, biases at 0 but for the LSTM's forget gate, which starts at 1 (Jozefowicz 2015).
    """

    def __init__(self, cell: str, *, inputs: int, width: int, directions: int = 1) -> None:
        super().__init__()
        self.cell, gates = cell, CELLS[cell].gates
        self.input_weight = nn.Parameter(torch.empty(directions, gates * width, inputs))
        self.hidden_weight = nn.Parameter(torch.empty(directions, gates * width, width))
        self.bias = nn.Parameter(torch.zeros(directions, gates * width))
        for direction in range(directions):
            for gate in range(gates):
                block = slice(gate * width, (gate + 1) * width)
                nn.init.xavier_uniform_(self.input_weight.data[direction, block])
                nn.init.orthogonal_(self.hidden_weight.data[direction, block])
        if cell == "lstm":
            nn.init.ones_(self.bias.data[:, width : 2 * width])

    def forward(
        self, inputs: Tensor, initial: LayerState, lengths: Tensor | None, dtype: torch.dtype
    ) -> tuple[Tensor, LayerState]:
        """All steps of inputs [R,T,B,I] from a state [R,B,H], see `run`."""
        return self.run(self.project(inputs, dtype), initial, lengths, dtype)

    def project(self, inputs: Tensor, dtype: torch.dtype) -> Tensor:
        """Inputs [R,T,B,I] behind the input weights: [R,T,B,G*H] in ``dtype``."""
        return project(inputs, self.input_weight, self.bias, dtype)

    def run(
        self, projected: Tensor, initial: LayerState, lengths: Tensor | None, dtype: torch.dtype
    ) -> tuple[Tensor, LayerState]:
        """All steps: hidden states [R,T,B,H] in ``dtype``, and each row's last state [R,B,H]."""
        hidden, *final = run_cell(self.cell, projected, self.hidden_weight, initial, lengths, dtype)
        return hidden, tuple(final)


def typed_layers(layers: nn.ModuleList) -> list[RecurrentLayer]:
    """The layers of a list as what they are, which torch's own types do not tell."""
    return [cast(RecurrentLayer, layer) for layer in layers]


class RecurrentEncoder(nn.Module):
    """Layers that read the source forwards, or in both directions."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.width, self.dropout = config.encoder_size, config.dropout
        self.states = CELLS[config.cell].states
        self.directions = 2 if config.bidirectional else 1
        self.reverse_source = config.reverse_source
        widths = [config.embedding_size] + [self.width * self.directions] * (config.encoder_layers - 1)
        self.layers = nn.ModuleList(
            RecurrentLayer(config.cell, inputs=inputs, width=self.width, directions=self.directions)
            for inputs in widths
        )

    def forward(self, embedded: Tensor, lengths: Tensor, dtype: torch.dtype) -> tuple[Tensor, LayerState]:
        """States [S,B,E] of embedded tokens [S,B,M], and the last layer's state behind its last token [B,E].

        A direction that reads backwards starts at the last real token: its input is the reversed sentence,
        its padding still on the right, where it follows all that counts.
        """
        steps, rows = embedded.shape[:2]
        index = reversing_index(lengths, steps)
        values = reverse_real(embedded, index) if self.reverse_source else embedded
        bias = typed_layers(self.layers)[0].bias
        zero = bias.new_zeros(self.directions, rows, self.width)
        final: LayerState = ()
        for number, layer in enumerate(typed_layers(self.layers)):
            if number:
                values = drop(values, self.dropout, self.training)
            read = [values] if self.directions == 1 else [values, reverse_real(values, index)]
            initial = (zero,) * self.states
            hidden, last = layer(torch.stack(read), initial, lengths, dtype)
            final = tuple(each.transpose(0, 1).flatten(1) for each in last)
            parts = [hidden[0]] if self.directions == 1 else [hidden[0], reverse_real(hidden[1], index)]
            values = torch.cat(parts, dim=2)
        return (reverse_real(values, index) if self.reverse_source else values), final
